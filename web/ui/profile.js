// The person's decisions on skills, as the server has them. Cards drawn from an
// old event show today's decision, in every tab that asks.

/** @typedef {'proposed' | 'accepted' | 'refused'} Decision */

export class Profile extends EventTarget {
  /** @type {Map<string, Decision>} */
  #decisions = new Map();
  #loaded = false;
  /** @type {{accepted: number, refused: number, proposed: number} | null} as the server counts, once known */
  counts = null;

  /** @param {{profile(): Promise<any>, changeProfile(change: any): Promise<any>}} api */
  constructor(api) {
    super();
    this.api = api;
  }

  /** @param {string} code @param {Decision} [otherwise] @returns {Decision} */
  of(code, otherwise = 'proposed') {
    return this.#decisions.get(code) ?? (this.#loaded ? 'proposed' : otherwise);
  }

  async load() {
    this.#take(await this.api.profile());
  }

  /** Shown at once, then as the server has it; put back when it refuses.
   * @param {string} code @param {Decision} decision */
  async decide(code, decision) {
    const before = this.of(code);
    this.#set(code, decision);
    try {
      const field = { accepted: 'accept', refused: 'refuse', proposed: 'undo' }[decision];
      this.#take(await this.api.changeProfile({ [field]: [code] }));
    } catch (err) {
      this.#set(code, before);
      throw err;
    }
  }

  forget() {
    this.#decisions.clear();
    this.#loaded = false;
    this.counts = null;
  }

  /** @param {string} code @param {Decision} decision */
  #set(code, decision) {
    this.#decisions.set(code, decision);
    this.dispatchEvent(new Event('change'));
  }

  /** @param {{items?: {code: string, status: Decision}[], counts?: any}} profile */
  #take(profile) {
    this.#decisions = new Map((profile.items ?? []).map((item) => [item.code, item.status]));
    this.counts = profile.counts ?? null;
    this.#loaded = true;
    this.dispatchEvent(new Event('change'));
  }
}
