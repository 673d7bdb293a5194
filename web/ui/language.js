// Which language the interface speaks: that of the component's own lang
// attribute, else ?lang= of the page, else the document's. French when it is
// none that there is.

export function language() {
  if (typeof document === 'undefined') return 'fr'; // tests without a browser
  const own = document.querySelector('tandem-chat[lang], tandem-profile[lang]')?.getAttribute('lang');
  const said = own ?? new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang;
  return /^en\b/i.test(said) ? 'en' : 'fr';
}
