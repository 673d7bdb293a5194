// Which conversation this tab shows. It survives a reload (localStorage, one by
// role) and can be opened in another tab by its address (#c=…), where the page
// allows it. Whoever opens the address still has to be the same visitor.

const form = /^[\w.:-]{1,128}$/;

/** @param {string} hash @returns {string | null} */
export function fromHash(hash) {
  const id = new URLSearchParams(hash.replace(/^#/, '')).get('c');
  return id && form.test(id) ? id : null;
}

/** crypto.randomUUID exists on secure pages only; a kiosk on plain http needs ids too. */
export function newID() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Storage that may be forbidden. @param {'localStorage' | 'sessionStorage'} name @returns {Storage | null} */
export function storage(name) {
  try {
    return window[name];
  } catch {
    return null;
  }
}

export class Threads {
  /** @param {Storage | null} storage @param {{hash: string, replace: (hash: string) => void} | null} address */
  constructor(storage, address) {
    this.storage = storage;
    this.address = address;
  }

  /** The conversation to show; known when it may already exist on the server.
   * @param {string} role */
  open(role) {
    const id = (this.address && fromHash(this.address.hash)) || this.#stored(role);
    return id ? { id, known: true } : { id: newID(), known: false };
  }

  /** A conversation is kept once something was said in it. @param {string} role @param {string} id */
  keep(role, id) {
    try {
      this.storage?.setItem(`tandem.thread.${role}`, id);
    } catch {
      // Full or forbidden storage: the address still holds the id.
    }
    this.address?.replace(`#c=${id}`);
  }

  /** @param {string} role */
  forget(role) {
    try {
      this.storage?.removeItem(`tandem.thread.${role}`);
    } catch {
      // As above.
    }
    this.address?.replace('');
  }

  /** @param {string} role */
  #stored(role) {
    try {
      const id = this.storage?.getItem(`tandem.thread.${role}`) ?? '';
      return form.test(id) ? id : null;
    } catch {
      return null;
    }
  }
}
