// The person's decisions on skills, as the server has them. Cards drawn from an
// old event show today's decision, in every tab that asks.

/** @typedef {'proposed' | 'accepted' | 'refused'} Decision */
/**
 * How an item stands in the loaded release of ROME when that release no longer
 * has it as the person knew it; the item itself stays as it was.
 * @typedef {{state: 'renamed' | 'replaced' | 'retired', code?: string, label?: string, why?: string, version: string}} Standing
 * @typedef {{code: string, label: string, status: Decision, rome_version: string, now?: Standing}} Item
 */

export class Profile extends EventTarget {
  /** @type {Map<string, Decision>} */
  #decisions = new Map();
  /** @type {Item[]} what the loaded release of ROME renamed, replaced or retired */
  stale = [];
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
      await this.#change({ [field]: [code] });
    } catch (err) {
      this.#set(code, before);
      throw err;
    }
  }

  /** Takes the new name or the successor of an item, as the person asks. @param {string} code */
  renew(code) {
    return this.#change({ renew: [code] });
  }

  /** @param {Record<string, string[]>} change */
  async #change(change) {
    const profile = await this.api.changeProfile(change);
    this.#take(profile);
    if (profile.not_found?.length) throw new Error(profile.not_found[0]);
  }

  forget() {
    this.#decisions.clear();
    this.stale = [];
    this.#loaded = false;
    this.counts = null;
  }

  /** @param {string} code @param {Decision} decision */
  #set(code, decision) {
    this.#decisions.set(code, decision);
    this.dispatchEvent(new Event('change'));
  }

  /** @param {{items?: Item[], counts?: any}} profile */
  #take(profile) {
    const items = profile.items ?? [];
    this.#decisions = new Map(items.map((item) => [item.code, item.status]));
    this.stale = items.filter((item) => item.now);
    this.counts = profile.counts ?? null;
    this.#loaded = true;
    this.dispatchEvent(new Event('change'));
  }
}
