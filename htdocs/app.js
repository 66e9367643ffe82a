/* Every page works without scripts; these only make it smoother. No words here: they come in data-* attributes. */
import * as branch from './branch.js';
import * as camera from './camera.js';
import * as code from './code.js';
import * as dialog from './dialog.js';
import * as fault from './fault.js';
import * as group from './group.js';
import * as handoff from './handoff.js';
import * as menu from './menu.js';
import * as print from './print.js';
import * as qr from './qr.js';
import * as session from './session.js';
import * as upload from './upload.js';

/* upload.js puts a new <main> into the page after pictures and wants its parts started. */
function startMain() {
	branch.start();
	camera.start();
	dialog.start();
	group.start();
	upload.start(startMain);
	fault.start();
}

/* A page that answered a form is asked for anew when one comes back to it, instead of a question about sending twice. */
addEventListener('submit', () => history.replaceState(null, '', location.href));

menu.start();
print.start();
session.start();
code.start();
qr.start();
handoff.start();
startMain();
