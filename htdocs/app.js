/* Every page works without scripts; these only make it smoother. No words here: they come in data-* attributes. */
import * as branch from './branch.js';
import * as camera from './camera.js';
import * as check from './check.js';
import * as code from './code.js';
import * as dialog from './dialog.js';
import * as fault from './fault.js';
import * as form from './form.js';
import * as group from './group.js';
import * as handoff from './handoff.js';
import * as idnumber from './idnumber.js';
import * as line from './line.js';
import * as menu from './menu.js';
import * as print from './print.js';
import * as qr from './qr.js';
import * as saved from './saved.js';
import * as session from './session.js';
import * as streets from './streets.js';
import * as unsent from './unsent.js';
import * as upload from './upload.js';

/* form.js puts a new <main> into the page after what was refused and wants its parts started. */
function startMain() {
	branch.start();
	camera.start();
	dialog.start();
	group.start();
	idnumber.start();
	check.start();
	streets.start();
	upload.start(startMain);
	form.start(startMain);
	saved.start();
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
line.start();
unsent.start(startMain);
startMain();
