// Package ui is the page: plain ES modules, styles and one HTML file, embedded
// as they are. There is no build step; what is in this folder is what browsers
// get.
//
// (Comments apart: they are left out as files are served.)
//
// The centre is <tandem-chat> (tandem-chat.js), a web component that any site
// can embed with one script and one tag. Around it: index.html and app.js, the
// page of this server. Inside it, from the wire to the screen:
//
//   - connection.js keeps one websocket, resumes by event number, shows each event once;
//   - transcript.js computes what is known of a conversation from its events, and
//     nothing else, so that a reload and a second tab show the same;
//   - views/ draws it: turn.js one question and its answer, then one file for each
//     activity (skills, legality, delay, list, occupation);
//   - scroller.js brings a new turn to the top and leaves what is read where it is;
//   - markdown.js and views/text.js turn a model's text into DOM nodes; no text of a
//     model, a CV or an offer is ever parsed as HTML;
//   - api.js, profile.js and threads.js are the REST half, the person's decisions on
//     skills, and which conversation this tab shows;
//   - profile/ is <tandem-profile>, the page of the profile (profil.html): one file a
//     section; views/standing.js and the cards' styles are shared with the conversation;
//   - desk/ is <tandem-desk>, the counsellors' page (demandes.html): the queue by
//     server-sent events, a conversation drawn by the same views;
//   - panels/ are the dialogues of the conversation, loaded when first opened;
//   - strings.js holds every sentence, strings.en.js the same in English, of which
//     language.js chooses; profile/ and desk/ have a pair of their own for what the
//     conversation does not say. What the server writes (web/pages), and the frame of
//     profil.html and demandes.html, is French, with portfolio.js, which goes with it;
//   - theme.css holds every colour and size; cards.css comes with the first card.
//
// It promises: no inline script or style (the Content-Security-Policy forbids
// them); an answer is announced once to assistive technology, when it is whole;
// meaning is never in colour alone; nothing is shown as done before the server
// says so, except a choice that is put back when it is refused.
//
// To draw a new activity, write views/name.js and add its line in views/turn.js.
// To add a language, write another object of the shape of strings.js and name it
// there. Types are JSDoc's, checked by tsc (web/browser/tsconfig.json). Tests
// that need no browser are in test/ (node --test web/ui/test/*.test.js).
package ui
