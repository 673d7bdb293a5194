// Which language the interface speaks: that of the component's own lang
// attribute, else ?lang= of the page, else the document's. French when it is
// none that there is.

/** A page of ours, in the language that is spoken here. @param {string} path */
export const spoken = (path) => (language() === 'en' ? `${path}?lang=en` : path);

export function language() {
  if (typeof document === 'undefined') return 'fr'; // tests without a browser
  const own = document.querySelector('tandem-chat[lang], tandem-profile[lang], tandem-desk[lang]')?.getAttribute('lang');
  const said = own ?? new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang;
  return /^en\b/i.test(said) ? 'en' : 'fr';
}
