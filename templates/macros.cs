<?cs # The parts that pages are made of. What they read stands in lib/web/page.h. ?>

<?cs # A phrase with {1} and {2} filled in. ?>
<?cs def:say(phrase, one, two) ?><?cs
	set:Now.a = string.find(phrase, "{1}") ?><?cs
	set:Now.b = string.find(phrase, "{2}") ?><?cs
	if:Now.a < #0 ?><?cs var:phrase ?><?cs else ?><?cs
		var:string.slice(phrase, #0, Now.a) ?><?cs var:one ?><?cs
		if:Now.b < #0 ?><?cs
			var:string.slice(phrase, Now.a + #3, string.length(phrase)) ?><?cs
		else ?><?cs
			var:string.slice(phrase, Now.a + #3, Now.b) ?><?cs var:two ?><?cs
			var:string.slice(phrase, Now.b + #3, string.length(phrase)) ?><?cs
		/if ?><?cs
	/if ?><?cs /def ?>

<?cs # What every form carries. ?>
<?cs def:form_state() ?><input type="hidden" name="csrf" value="<?cs var:Page.csrf ?>"><?cs
	if:?Step.version ?><input type="hidden" name="version" value="<?cs var:Step.version ?>"><?cs /if ?>
<?cs /def ?>

<?cs def:notices() ?><?cs
	if:Page.notice_text ?><p class="notice" id="notice" role="status" tabindex="-1"><?cs var:Page.notice_text ?><?cs
		if:Page.notice == "pictures_open" ?><?cs each:o = Step.open ?> <a href="#<?cs var:o.id ?>"><?cs var:o.label ?></a><?cs /each ?><?cs /if ?></p>
<?cs /if ?><?cs
	if:?Eligibility.answer && Eligibility.answer != "ok" ?><section class="faults" id="faults" role="alert" tabindex="-1">
<h2><?cs var:Eligibility.text ?></h2>
<p><?cs var:Eligibility.todo ?></p>
</section>
<?cs /if ?><?cs
	if:subcount(Faults) ?><section class="faults" id="faults" role="alert" tabindex="-1" data-count="<?cs var:Lang.fault.count ?>">
<h2><?cs call:say(Lang.fault.count, subcount(Faults), "") ?></h2>
<ul>
<?cs each:f = Faults ?><li><a href="#<?cs var:f.field ?>"><?cs if:f.label ?><?cs call:say(Lang.fault.says, f.label, f.text) ?><?cs else ?><?cs var:f.text ?><?cs /if ?></a></li>
<?cs /each ?></ul>
</section>
<?cs /if ?><?cs /def ?>

<?cs # ---- one question ---- ?>

<?cs def:described(f) ?><?cs
	if:f.hint || f.error ?> aria-describedby="<?cs if:f.hint ?><?cs var:f.name ?>-hint<?cs /if ?><?cs
	if:f.hint && f.error ?> <?cs /if ?><?cs if:f.error ?><?cs var:f.name ?>-fault<?cs /if ?>"<?cs /if ?><?cs
	if:f.error ?> aria-invalid="true"<?cs /if ?><?cs /def ?>

<?cs def:asks(f) ?><?cs if:f.required && f.asked != "0" ?> required<?cs /if ?><?cs /def ?>

<?cs def:label_text(f) ?><?cs var:f.label ?><?cs if:!f.required ?> <span class="optional"><?cs var:Lang.label_optional ?></span><?cs /if ?><?cs /def ?>

<?cs def:below_label(f) ?><?cs
	if:f.hint ?><small id="<?cs var:f.name ?>-hint"><?cs var:f.hint ?><?cs if:f.registered ?><br><?cs var:Lang.known.registered ?><?cs /if ?></small>
<?cs /if ?><?cs
	if:f.error ?><p class="field__fault" id="<?cs var:f.name ?>-fault"><?cs var:f.error_text ?></p>
<?cs /if ?><?cs /def ?>

<?cs # Choices of a whole list stand in Choice; those made for this page, perhaps in groups, in the field. ?>
<?cs def:options(f) ?><?cs if:f.list ?><?cs
	each:o = Choice[f.list] ?><option value="<?cs var:o.code ?>"<?cs if:o.code == f.value ?> selected<?cs /if ?>><?cs var:o.label ?></option>
<?cs /each ?><?cs else ?><?cs set:Now.group = "" ?><?cs
	each:o = f.option ?><?cs
		if:o.group && o.group != Now.group ?><?cs
			if:Now.group ?></optgroup>
<?cs /if ?><optgroup label="<?cs var:o.group ?>">
<?cs set:Now.group = o.group ?><?cs /if ?><option value="<?cs var:o.code ?>"<?cs if:o.code == f.value ?> selected<?cs /if ?>><?cs var:o.label ?></option>
<?cs /each ?><?cs if:Now.group ?></optgroup>
<?cs /if ?><?cs /if ?><?cs /def ?>

<?cs # How htdocs/check.js looks at what is typed, as one leaves the field. An ID number is grouped meanwhile. ?>
<?cs def:checks(f) ?><?cs if:f.typed ?> data-typed="<?cs var:f.typed ?>"<?cs /if ?><?cs
	if:f.pattern ?> data-pattern="<?cs var:f.pattern ?>" data-fault="<?cs var:f.fault ?>"<?cs /if ?><?cs
	if:f.typed == "id" ?> data-date="<?cs var:Lang.error.id_date ?>" data-check="<?cs var:Lang.error.id_check ?>" autocapitalize="characters" spellcheck="false"<?cs /if ?><?cs /def ?>

<?cs # What everything that is typed in has. ?>
<?cs def:typed(f) ?><?cs
	if:f.max ?> maxlength="<?cs var:f.max ?>"<?cs /if ?><?cs
	if:f.inputmode ?> inputmode="<?cs var:f.inputmode ?>"<?cs /if ?><?cs
	if:f.autocomplete ?> autocomplete="<?cs var:f.autocomplete ?>"<?cs /if ?> enterkeyhint="next"<?cs
	call:checks(f) ?><?cs call:asks(f) ?><?cs call:described(f) ?><?cs /def ?>

<?cs # What may be longer than a line of a phone is seen whole. ?>
<?cs def:field_text(f) ?><label for="<?cs var:f.name ?>"><?cs call:label_text(f) ?></label>
<?cs call:below_label(f) ?><?cs if:f.typed == "line" ?><textarea id="<?cs var:f.name ?>" name="<?cs var:f.name ?>" rows="2"<?cs call:typed(f) ?><?cs
	if:f.within ?> data-streets="/streets" data-within="<?cs var:f.within ?>"<?cs /if ?>><?cs var:f.value ?></textarea>
<?cs if:f.within ?><div class="streets" role="group" aria-label="<?cs var:Lang.streets ?>" hidden></div>
<?cs /if ?><?cs else ?><input id="<?cs var:f.name ?>" name="<?cs var:f.name ?>" value="<?cs var:f.value ?>"<?cs call:typed(f) ?>>
<?cs /if ?><?cs /def ?>

<?cs # The banks' select brings the branches of the bank: by a button, or by htdocs/branch.js. ?>
<?cs def:field_choice(f) ?><label for="<?cs var:f.name ?>"><?cs call:label_text(f) ?></label>
<?cs call:below_label(f) ?><select id="<?cs var:f.name ?>" name="<?cs var:f.name ?>"<?cs
	if:f.name == "bank" ?> data-branches="/branches" data-fills="branch" data-choose="<?cs var:Lang.choose ?>" data-first="<?cs var:Lang.branch.first ?>" data-failed="<?cs var:Lang.branch.failed ?>" data-loading="<?cs var:Lang.branch.loading ?>" data-none="<?cs var:Lang.branch.none ?>"<?cs /if ?><?cs
	call:asks(f) ?><?cs call:described(f) ?>>
<option value=""><?cs if:f.name == "branch" && !subcount(f.option) ?><?cs var:Lang.branch.first ?><?cs else ?><?cs var:Lang.choose ?><?cs /if ?></option>
<?cs call:options(f) ?></select>
<?cs if:f.name == "bank" ?><button class="weui-btn weui-btn_default weui-btn_mini look" name="keep" value=""><?cs var:Lang.button.branches ?></button>
<?cs elif:f.name == "branch" ?><div class="place" id="branch-place"<?cs if:!f.place.address ?> hidden<?cs /if ?>>
<p class="icon icon--place"><span data-fact="address"><?cs var:f.place.address ?></span></p>
<p class="icon icon--clock"><span data-fact="hours"><?cs var:f.place.hours ?></span></p>
<p class="icon icon--phone"><span data-fact="phone"><?cs var:f.place.phone ?></span></p>
</div>
<?cs /if ?><?cs /def ?>

<?cs def:field_radio(f) ?><fieldset<?cs call:described(f) ?>>
<legend><?cs call:label_text(f) ?></legend>
<?cs call:below_label(f) ?><div class="choices">
<?cs each:o = Choice[f.list] ?><div class="choice"><input type="radio" id="<?cs var:f.name ?><?cs if:!first(o) ?>-<?cs var:o.code ?><?cs /if ?>" name="<?cs var:f.name ?>" value="<?cs var:o.code ?>"<?cs
	if:o.code == f.value ?> checked<?cs /if ?><?cs call:asks(f) ?><?cs
	if:o.hint ?> aria-describedby="<?cs var:f.name ?>-<?cs var:o.code ?>-hint"<?cs /if ?>>
<label for="<?cs var:f.name ?><?cs if:!first(o) ?>-<?cs var:o.code ?><?cs /if ?>"><?cs var:o.label ?></label><?cs
	if:o.hint ?>
<small id="<?cs var:f.name ?>-<?cs var:o.code ?>-hint"><?cs var:o.hint ?></small><?cs /if ?></div>
<?cs /each ?></div>
</fieldset>
<?cs /def ?>

<?cs # The portrait as it will be printed, with what is wrong on it; the drawing is in its pixels. ?>
<?cs def:picture_marks(f) ?><?cs if:subcount(f.head) || subcount(f.mark) ?><svg class="photo__marks" viewBox="0 0 358 441" aria-hidden="true"><?cs
	if:f.error ?><?cs else ?><ellipse cx="179" cy="190" rx="108" ry="172"/><?cs /if ?><?cs
	each:m = f.mark ?><rect x="<?cs var:m.x ?>" y="<?cs var:m.y ?>" width="<?cs var:m.width ?>" height="<?cs var:m.height ?>"/><?cs /each ?></svg><?cs
	/if ?><?cs /def ?>

<?cs # Where a card says something else: she decides. ?>
<?cs def:differences(f) ?><?cs if:subcount(f.differs) ?><div class="differs" role="group" aria-label="<?cs var:Lang.photo.differs ?>">
<p><?cs var:Lang.photo.differs ?></p>
<?cs each:d = f.differs ?><dl><dt><?cs var:d.label ?></dt>
<dd><small><?cs var:Lang.photo.mine ?></small> <?cs var:d.mine ?></dd>
<dd><small><?cs var:Lang.photo.read ?></small> <?cs var:d.read ?><?cs if:d.adopt ?> <button class="weui-btn weui-btn_default weui-btn_mini" name="adopt" value="<?cs var:d.name ?>"><?cs var:Lang.photo.adopt ?><span class="spoken"> <?cs var:d.label ?></span></button><?cs /if ?></dd></dl>
<?cs /each ?></div>
<?cs /if ?><?cs /def ?>

<?cs # What was read off a card and stands on no question here. ?>
<?cs def:read_off(f) ?><?cs if:subcount(f.says) ?><div class="photo__read"><small><?cs var:Lang.photo.read ?></small>
<dl>
<?cs each:s = f.says ?><div><dt><?cs var:s.label ?></dt><dd><?cs var:s.text ?><?cs if:s.doubt ?> <small><?cs call:say(Lang.photo.doubt, s.doubt, "") ?></small><?cs /if ?></dd></div>
<?cs /each ?></dl></div>
<?cs elif:f.filled ?><p class="photo__read"><?cs var:Lang.photo.filled ?></p>
<?cs /if ?><?cs /def ?>

<?cs # What the picture has to show, as an outline over what the camera sees. ?>
<?cs def:outline(shows) ?><?cs if:shows == "face" ?><svg viewBox="0 0 100 100" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"><path d="M0 0h100v100H0zM50 12C33 12 26 25 26 42c0 22 11 42 24 42s24-20 24-42C74 25 67 12 50 12z" fill-rule="evenodd"/><path class="outline" d="M50 12C33 12 26 25 26 42c0 22 11 42 24 42s24-20 24-42C74 25 67 12 50 12z"/></svg><?cs
	else ?><svg viewBox="0 0 856 642" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"><path d="M0 0h856v642H0zM75 71h706q32 0 32 32v436q0 32-32 32H75q-32 0-32-32V103q0-32 32-32z" fill-rule="evenodd"/><path class="outline" d="M75 71h706q32 0 32 32v436q0 32-32 32H75q-32 0-32-32V103q0-32 32-32z"/></svg><?cs /if ?><?cs /def ?>

<?cs def:camera_button(does, looks, label) ?><button class="weui-btn weui-btn_<?cs var:looks ?>" type="button" data-do="<?cs var:does ?>"<?cs if:does != "open" ?> hidden<?cs /if ?>><?cs var:Lang.camera[does] ?><?cs if:label ?><span class="spoken"> <?cs var:label ?></span><?cs /if ?></button>
<?cs /def ?>

<?cs # The camera for the input of that name; shows: face or card. alt and chosen are said where the shot itself is shown here.
     htdocs/camera.js runs it. ?>
<?cs def:camera(name, label, shows, alt, chosen) ?><div class="camera camera--<?cs var:shows ?>" data-for="<?cs var:name ?>" data-shows="<?cs var:shows ?>" data-live="<?cs var:Lang.camera.live[shows] ?>" data-taken="<?cs var:Lang.camera.taken ?>" data-denied="<?cs var:Lang.camera.denied ?>" data-none="<?cs var:Lang.camera.none ?>"<?cs
	if:alt ?> data-alt="<?cs var:alt ?>" data-chosen="<?cs var:chosen ?>"<?cs /if ?> hidden>
<div class="camera__view" data-view hidden><video playsinline muted aria-label="<?cs var:Lang.camera.video ?>"></video>
<?cs call:outline(shows) ?></div>
<p class="camera__say" role="status" data-say></p>
<div class="camera__go">
<?cs call:camera_button("open", "default", label) ?><?cs call:camera_button("again", "default", label) ?><?cs
	call:camera_button("close", "default", label) ?><?cs call:camera_button("take", "primary", label) ?></div>
</div>
<?cs /def ?>

<?cs def:field_photo(f) ?><?cs if:f.name == "portrait" ?><?cs set:Now.shows = "face" ?><?cs else ?><?cs set:Now.shows = "card" ?><?cs /if ?><label for="<?cs var:f.name ?>"><?cs call:label_text(f) ?></label>
<?cs call:below_label(f) ?><div class="photo photo--<?cs var:f.name ?>">
<?cs if:f.photo ?><div class="photo__kept" id="<?cs var:f.name ?>-kept"><img src="<?cs var:f.photo ?>" alt="<?cs call:say(Lang.photo.kept_alt, f.label, "") ?>"><?cs call:picture_marks(f) ?></div>
<p class="photo__word"><?cs if:f.error ?><?cs var:Lang.photo.refused ?><?cs elif:f.name == "portrait" ?><?cs var:Lang.photo.printed ?><?cs else ?><?cs var:Lang.photo.kept ?><?cs /if ?></p>
<?cs each:w = f.warn ?><p class="photo__warn"><?cs var:w ?></p>
<?cs /each ?><?cs
	if:f.insist ?><div class="choice"><input type="checkbox" id="insist_<?cs var:f.name ?>" name="insist_<?cs var:f.name ?>" value="<?cs var:f.insist ?>">
<label for="insist_<?cs var:f.name ?>"><?cs var:Lang.photo.insist ?></label></div>
<?cs /if ?><?cs call:read_off(f) ?><?cs call:differences(f) ?><?cs
	/if ?><?cs call:camera(f.name, f.label, Now.shows, "", "") ?><input type="file" id="<?cs var:f.name ?>" name="<?cs var:f.name ?>" accept="<?cs if:f.accept ?><?cs var:f.accept ?><?cs else ?>image/*<?cs /if ?>"<?cs
	if:!f.photo ?><?cs call:asks(f) ?><?cs /if ?><?cs call:described(f) ?> data-shows="<?cs var:Now.shows ?>"<?cs
	if:f.min_bytes ?> data-min="<?cs var:f.min_bytes ?>" data-max="<?cs var:f.max_bytes ?>"<?cs /if ?>>
<button class="weui-btn weui-btn_default weui-btn_mini" type="button" data-edit="<?cs var:f.name ?>" hidden><?cs var:Lang.photo.edit ?><span class="spoken"> <?cs var:f.label ?></span></button>
</div>
<?cs /def ?>

<?cs # What a picture of this step says of the field. ?>
<?cs def:field_read(f) ?><?cs if:f.doubt ?><p class="field__read"><?cs call:say(Lang.photo.doubt, f.doubt, "") ?></p>
<?cs elif:f.read ?><p class="field__read"><?cs call:say(Lang.photo.reads, f.read, "") ?> <button class="weui-btn weui-btn_default weui-btn_mini" name="adopt" value="<?cs var:f.name ?>"><?cs var:Lang.photo.adopt ?><span class="spoken"> <?cs var:f.label ?></span></button></p>
<?cs /if ?><?cs /def ?>

<?cs # What the roster knows: read back, with a way to say that it is wrong. ?>
<?cs def:field_known(f) ?><?cs if:f.error ?><p class="field__fault" id="<?cs var:f.name ?>-fault"><?cs var:f.error_text ?></p>
<?cs /if ?><div class="known"><dl><dt><?cs var:f.label ?></dt><dd id="<?cs var:f.name ?>" tabindex="-1"><?cs var:f.text ?></dd></dl>
<div class="known__wrong"><input type="checkbox" id="wrong_<?cs var:f.name ?>" name="wrong_<?cs var:f.name ?>" value="1"<?cs
	if:f.wrong ?> checked<?cs /if ?><?cs if:f.error ?> aria-describedby="<?cs var:f.name ?>-fault"<?cs /if ?>>
<label for="wrong_<?cs var:f.name ?>"><span class="spoken"><?cs var:f.label ?> </span><?cs var:Lang.known.wrong ?></label></div></div>
<?cs /def ?>

<?cs def:field(f) ?><div class="field<?cs if:f.kind == "photo" ?> field--photo<?cs /if ?><?cs if:f.error ?> field--bad<?cs /if ?>">
<?cs if:f.known ?><?cs call:field_known(f) ?><?cs
	elif:f.kind == "choice" ?><?cs call:field_choice(f) ?><?cs
	elif:f.kind == "radio" ?><?cs call:field_radio(f) ?><?cs
	elif:f.kind == "photo" ?><?cs call:field_photo(f) ?><?cs
	else ?><?cs call:field_text(f) ?><?cs /if ?><?cs call:field_read(f) ?></div>
<?cs /def ?>

<?cs # What stands above questions. ?>
<?cs def:required() ?><p class="must"><?cs var:Lang.required ?></p>
<?cs /def ?>

<?cs # All questions of the step, in their order. A group (those asked only by mail) is a sheet of its own. ?>
<?cs def:fields() ?><?cs set:Now.sheet = "" ?><?cs call:required() ?><div class="sheet">
<?cs each:f = Field ?><?cs
	if:f.group && f.group != Now.sheet ?></div>
<div class="sheet" data-group="<?cs var:f.group ?>">
<h2><?cs var:Lang.group[f.group].title ?></h2>
<p class="group__hint"><?cs var:Lang.group[f.group].hint ?></p>
<?cs set:Now.sheet = f.group ?><?cs /if ?><?cs call:field(f) ?><?cs /each ?></div>
<?cs /def ?>

<?cs def:editor_button(does) ?><button class="weui-btn weui-btn_default weui-btn_mini" type="button" data-do="<?cs var:does ?>"><?cs var:Lang.photo.editor[does] ?></button>
<?cs /def ?>

<?cs # Crops and turns a picture before it is sent (htdocs/editor.js). The head fits the card's portrait, 358 by 441. ?>
<?cs def:editor() ?><dialog class="dialog editor" id="editor" aria-labelledby="editor-title" data-alt="<?cs var:Lang.photo.editor.alt ?>" data-failed="<?cs var:Lang.photo.editor.failed ?>">
<h2 id="editor-title"><?cs var:Lang.photo.editor.title ?></h2>
<p class="editor__hint" id="editor-hint"><?cs if:?Field.portrait.name ?><span data-for="face"><?cs var:Lang.photo.editor.face ?></span><?cs /if ?><span data-for="card"><?cs var:Lang.photo.editor.card ?></span> <?cs var:Lang.photo.editor.keys ?></p>
<div class="editor__stage" role="application" tabindex="0" aria-label="<?cs var:Lang.photo.editor.stage ?>" aria-describedby="editor-hint" data-stage></div>
<p class="field__fault" role="alert" data-say></p>
<div class="editor__tools">
<?cs call:editor_button("left") ?><?cs call:editor_button("right") ?><?cs call:editor_button("in") ?><?cs call:editor_button("out") ?><?cs call:editor_button("reset") ?></div>
<div class="dialog__go"><button class="weui-btn weui-btn_default" type="button" data-do="cancel"><?cs var:Lang.photo.editor.cancel ?></button>
<button class="weui-btn weui-btn_primary" type="button" data-do="done"><?cs var:Lang.photo.editor.done ?></button></div>
<?cs if:?Field.portrait.name ?><svg class="editor__head" viewBox="0 0 358 441" aria-hidden="true" focusable="false" data-head hidden><path d="M179 14c-66 0-104 50-104 128 0 92 48 168 104 168s104-76 104-168C283 64 245 14 179 14zM112 279v42C60 341 24 371 12 441M246 279v42c52 20 88 50 100 120"/></svg>
<?cs /if ?></dialog>
<?cs /def ?>

<?cs # What htdocs/sending.js says of a form without pictures that are kept; sending: while it is on its way. ?>
<?cs def:sending_words(sending) ?> data-sending="<?cs var:sending ?>" data-checking="<?cs var:sending ?>" data-broken="<?cs var:Lang.sending.broken ?>" data-offline="<?cs var:Lang.sending.offline ?>" data-retry="<?cs var:Lang.sending.retry ?>" data-cancel="<?cs var:Lang.sending.cancel ?>" data-cancelled="<?cs var:Lang.sending.cancelled ?>" data-failed="<?cs var:Lang.sending.failed ?>"<?cs /def ?>

<?cs # What htdocs/line.js says, and where. ?>
<?cs def:line() ?><p class="toast" id="line" role="status" data-offline="<?cs var:Lang.line.offline ?>" data-online="<?cs var:Lang.line.online ?>" data-slow="<?cs var:Lang.line.slow ?>"></p>
<?cs /def ?>

<?cs # What htdocs/upload.js and sending.js say; button: what sends the pictures. ?>
<?cs def:upload_words(failed, button) ?> data-small="<?cs var:Lang.error.photo_too_small ?>" data-large="<?cs var:Lang.error.photo_too_large ?>" data-type="<?cs var:Lang.error.photo_type ?>" data-pixels="<?cs var:Lang.error.photo_pixels ?>" data-chosen="<?cs call:say(Lang.photo.chosen, button, "") ?>" data-sending="<?cs var:Lang.photo.sending ?>" data-checking="<?cs var:Lang.photo.checking ?>" data-slow="<?cs var:Lang.photo.slow ?>" data-broken="<?cs var:Lang.photo.broken ?>" data-offline="<?cs var:Lang.photo.offline ?>" data-retry="<?cs var:Lang.photo.retry ?>" data-cancel="<?cs var:Lang.photo.cancel ?>" data-cancelled="<?cs var:Lang.photo.cancelled ?>" data-failed="<?cs var:failed ?>"<?cs /def ?>

<?cs # Questions among which pictures are; on another screen than a phone's, a phone can take them. ?>
<?cs def:uploads() ?><div id="upload"<?cs if:Layout.reads ?> data-read="1"<?cs /if ?><?cs call:upload_words(Lang.photo.failed, Layout.next) ?>>
<?cs if:?Step.number ?><div class="by-phone"><button class="link" name="keep" value="phone"><?cs var:Lang.handoff.offer ?></button> <small><?cs var:Lang.handoff.offer_hint ?></small></div>
<?cs /if ?><?cs call:fields() ?></div>
<?cs call:editor() ?><?cs /def ?>

<?cs # A QR code. ?>
<?cs def:qr_picture(says) ?><svg class="qr__picture" viewBox="0 0 <?cs var:Qr.size ?> <?cs var:Qr.size ?>" role="img" aria-label="<?cs var:says ?>" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path stroke="#000" d="<?cs var:Qr.path ?>"/></svg><?cs /def ?>

<?cs # ---- the ways of logging in, as tabs ---- ?>

<?cs def:ways() ?><?cs if:subcount(Login.tab) > #1 ?><nav class="tabs" aria-label="<?cs var:Lang.login.ways ?>"><?cs
	each:t = Login.tab ?><a href="<?cs var:t.href ?><?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"<?cs if:t.current ?> aria-current="page"<?cs /if ?>><?cs var:t.label ?></a><?cs /each ?></nav>
<?cs /if ?><?cs /def ?>

<?cs # What a form of a login carries. ?>
<?cs def:login_state() ?><?cs call:form_state() ?><?cs
	if:Login.back ?><input type="hidden" name="back" value="<?cs var:Login.back ?>">
<?cs /if ?><?cs /def ?>

<?cs # A code sent to a telephone (lib/web/code.h). Without scripts the page comes back with what was typed. ?>
<?cs def:wait(seconds) ?><?cs if:seconds > #120 ?><?cs call:say(Lang.wait.minutes, (seconds + #59) / #60, "") ?><?cs
	else ?><?cs call:say(Lang.wait.seconds, seconds, "") ?><?cs /if ?><?cs /def ?>

<?cs def:code_get() ?><button class="weui-btn weui-btn_default weui-btn_mini look" name="intent" value="code"<?cs if:Code.wait ?> data-wait="<?cs var:Code.wait ?>"<?cs /if ?>><?cs var:Lang.code.get ?></button>
<?cs if:Code.wait ?><small class="look__wait" data-waiting data-seconds="<?cs var:Lang.wait.seconds ?>" data-minutes="<?cs var:Lang.wait.minutes ?>"><?cs call:wait(Code.wait) ?></small>
<?cs /if ?><?cs /def ?>

<?cs def:code_phone() ?><div class="field<?cs if:Field.phone.error ?> field--bad<?cs /if ?>">
<label for="phone"><?cs var:Lang.code.phone ?></label>
<?cs if:Field.phone.error ?><p class="field__fault" id="phone-fault"><?cs var:Field.phone.error_text ?></p>
<?cs /if ?><input id="phone" name="phone" value="<?cs var:Code.phone ?>" maxlength="20" inputmode="tel" autocomplete="tel-national" enterkeyhint="next"<?cs call:checks(Field.phone) ?> required<?cs if:Field.phone.error ?> aria-invalid="true" aria-describedby="phone-fault"<?cs /if ?>>
<?cs call:code_get() ?></div>
<?cs /def ?>

<?cs # sent: a phrase with {1} and {2} for the mark. ?>
<?cs def:code_typed(sent) ?><div class="field<?cs if:Field.code.error ?> field--bad<?cs /if ?>">
<label for="code"><?cs var:Lang.code.code ?></label>
<small id="code-hint"<?cs if:Code.sent ?> role="status"<?cs /if ?>><?cs if:Code.prefix ?><?cs call:say(sent, Code.prefix, Code.prefix) ?><?cs else ?><?cs var:Lang.code.hint ?><?cs /if ?></small>
<?cs if:Field.code.error ?><p class="field__fault" id="code-fault"><?cs var:Field.code.error_text ?></p>
<?cs /if ?><input id="code" name="code" maxlength="12" inputmode="numeric" autocomplete="one-time-code"<?cs if:Code.sent ?> autofocus<?cs /if ?> required aria-describedby="code-hint<?cs if:Field.code.error ?> code-fault<?cs /if ?>"<?cs if:Field.code.error ?> aria-invalid="true"<?cs /if ?>>
</div>
<?cs /def ?>

<?cs # A new password. ?>
<?cs def:new_password() ?><div class="field<?cs if:Field.password.error ?> field--bad<?cs /if ?>">
<label for="password"><?cs var:Lang.password.new ?></label>
<small id="password-hint"><?cs var:Lang.password.hint ?></small>
<?cs if:Field.password.error ?><p class="field__fault" id="password-fault"><?cs var:Field.password.error_text ?></p>
<?cs /if ?><input type="password" id="password" name="password" maxlength="128" autocomplete="new-password" required aria-describedby="password-hint<?cs if:Field.password.error ?> password-fault<?cs /if ?>"<?cs if:Field.password.error ?> aria-invalid="true"<?cs /if ?>>
</div>
<?cs /def ?>

<?cs # ---- consents: a tick sends the version of the text that was read ---- ?>

<?cs def:consent_text(c) ?><?cs if:c.detail ?><p class="consent__detail"><?cs call:say(Lang.consent[c.name].detail, c.detail, c.phone) ?></p>
<?cs /if ?><?cs each:p = Lang.consent[c.name].part ?><?cs if:p.title ?><h3><?cs var:p.title ?></h3>
<?cs /if ?><p><?cs var:p.text ?></p>
<?cs /each ?><?cs /def ?>

<?cs # Layout.tick: a missing one is what she comes back for. ?>
<?cs def:tick(c) ?><div class="tick<?cs if:c.error ?> field--bad<?cs /if ?>">
<?cs if:c.error ?><p class="field__fault" id="<?cs var:c.name ?>-fault"><?cs var:c.error_text ?></p>
<?cs /if ?><input type="checkbox" id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" value="<?cs var:c.version ?>" required<?cs
	if:c.given ?> checked<?cs /if ?><?cs if:c.error && Layout.tick ?> autofocus<?cs /if ?><?cs if:c.error ?> aria-invalid="true" aria-describedby="<?cs var:c.name ?>-fault"<?cs /if ?>>
<label for="<?cs var:c.name ?>"><?cs var:c.label ?></label>
</div>
<?cs /def ?>

<?cs def:consents() ?><?cs each:c = Step.consent ?><section class="sheet consent">
<h2><?cs var:Lang.consent[c.name].title ?></h2>
<?cs call:consent_text(c) ?><?cs call:tick(c) ?></section>
<?cs /each ?><?cs /def ?>

<?cs # Who applies, before the roster is asked. ?>
<?cs def:applicant() ?><section class="sheet">
<dl>
<?cs each:a = Applicant ?><?cs if:a.text ?><div><dt><?cs var:a.label ?></dt><dd><?cs var:a.text ?></dd></div>
<?cs /if ?><?cs /each ?></dl>
</section>
<?cs /def ?>

<?cs # What she needs before she begins. ?>
<?cs def:prepare() ?><section class="sheet">
<h2><?cs var:Lang.hall.prepare_title ?></h2>
<ul class="plain">
<?cs each:n = Lang.hall.prepare ?><li><?cs var:n ?></li>
<?cs /each ?></ul>
</section>
<?cs /def ?>

<?cs # ---- what was answered ---- ?>

<?cs def:answers(change) ?><?cs each:a = Answer ?><section class="sheet answer">
<h2><?cs var:a.title ?></h2>
<?cs if:change && !a.href ?><p class="group__hint"><?cs var:Lang.registered_hint ?></p>
<?cs /if ?><dl>
<?cs each:i = a.item ?><div><dt><?cs var:i.label ?></dt><dd><?cs
	if:i.photo ?><img src="<?cs var:i.photo ?>" alt="<?cs call:say(Lang.photo.kept_alt, i.label, "") ?>" loading="lazy"><?cs
	elif:i.address ?><span><?cs var:i.text ?><br><small><?cs var:i.address ?><br><?cs var:i.hours ?></small></span><?cs
	else ?><?cs var:i.text ?><?cs /if ?><?cs
	if:change && a.href ?> <a class="answer__change" href="<?cs var:a.href ?>#<?cs var:i.name ?>"><?cs var:Lang.button.change ?><span class="spoken"> <?cs var:i.label ?></span></a><?cs /if ?></dd></div>
<?cs /each ?></dl>
</section>
<?cs /each ?><?cs /def ?>

<?cs # ---- an application and where it stands ---- ?>

<?cs # What she does now, who is waited for, and what she follows the letter by. ?>
<?cs def:now(a) ?><?cs if:a.expects ?><dl class="now">
<div><dt><?cs var:Lang.my.expects ?></dt><dd><?cs var:a.expects ?></dd></div>
<?cs if:a.waits ?><div><dt><?cs var:Lang.my.waits ?></dt><dd><?cs var:a.waits ?></dd></div>
<?cs /if ?><?cs if:a.tracking ?><div><dt><?cs var:Lang.my.tracking ?></dt><dd class="number"><?cs var:a.tracking ?></dd></div>
<?cs /if ?></dl>
<?cs /if ?><?cs /def ?>

<?cs def:promise(a) ?><?cs
	if:a.done ?><?cs elif:a.late > #0 ?><p class="promise promise--late"><?cs call:say(Lang.my.late, a.promised, a.late) ?></p>
<?cs elif:a.promised && a.live ?><div class="promise"><?cs call:say(Lang.my.promise, a.promised, "") ?> <small><?cs call:say(Lang.my.day, a.day, a.left) ?></small>
<progress value="<?cs var:a.day ?>" max="<?cs var:a.day + #0 + a.left ?>" aria-hidden="true"></progress></div>
<?cs /if ?><?cs /def ?>

<?cs # What has happened, oldest first, and what follows. ?>
<?cs def:timeline(a) ?><ol class="timeline">
<?cs each:e = a.event ?><li<?cs if:last(e) ?> aria-current="true"<?cs /if ?>><b><?cs var:e.text ?></b> <time><?cs var:e.at ?></time><?cs
	if:e.reason_text ?><p><?cs var:e.reason_text ?></p><?cs /if ?></li>
<?cs /each ?><?cs if:a.next ?><li class="is-next"><?cs call:say(Lang.my.next, a.next, "") ?></li>
<?cs /if ?></ol>
<?cs /def ?>

<?cs # The card with her photo, as it will look. ?>
<?cs def:card(a) ?><?cs if:a.photo ?><div class="card"><b><?cs var:Lang.my.face ?></b>
<img src="<?cs var:a.photo ?>" alt="<?cs var:Lang.my.photo ?>" width="358" height="441" loading="lazy"> <span><?cs var:a.told.name ?><br><?cs var:a.bank ?></span></div>
<?cs /if ?><?cs /def ?>

<?cs def:tel(number) ?><a class="tel nobr" href="tel:<?cs var:number ?>"><?cs var:number ?></a><?cs /def ?>

<?cs # Where the card comes to her: by mail, or at the branch. ?>
<?cs def:place(a) ?><?cs if:a.told.mail_name ?><address class="place">
<p><?cs var:Lang.my.mail ?></p>
<b><?cs var:a.told.mail_name ?></b>
<p class="icon icon--place"><span><?cs if:string.find(a.told.mail_address, a.told.mail_district) < #0 ?><?cs var:a.told.mail_district ?> <?cs /if ?><?cs var:a.told.mail_address ?><?cs if:a.told.mail_postcode ?><br><span class="number"><?cs var:a.told.mail_postcode ?></span><?cs /if ?></span></p>
</address>
<?cs elif:a.branch_address ?><address class="place">
<p><?cs var:Lang.my.branch ?></p>
<b><?cs var:a.bank ?> <?cs var:a.branch ?></b>
<p class="icon icon--place"><span><?cs var:a.branch_address ?></span></p>
<?cs if:a.branch_hours ?><p class="icon icon--clock"><span><?cs var:a.branch_hours ?></span></p>
<?cs /if ?><?cs if:a.branch_phone ?><p class="icon icon--phone"><?cs call:tel(a.branch_phone) ?></p>
<?cs /if ?><?cs if:a.bank_phone ?><p class="icon icon--phone"><span><?cs var:Lang.my.bank_phone ?> <?cs call:tel(a.bank_phone) ?></span></p>
<?cs /if ?></address>
<?cs /if ?><?cs /def ?>

<?cs # Shown by htdocs/print.js where there is a printer to be expected. ?>
<?cs def:print() ?><?cs if:subcount(Application) ?><p class="links print"><button class="link" type="button" data-print hidden><?cs var:Lang.button.print ?></button></p>
<?cs /if ?><?cs /def ?>

<?cs def:receipt(a) ?><p class="links"><a href="/my/receipt/<?cs var:a.no ?>" type="application/pdf"><?cs var:Lang.button.receipt ?><span class="spoken"> <?cs var:a.no ?></span></a></p>
<?cs /def ?>

<?cs # numbered: where its number does not stand already. The branch and how to call the bank stand here where place() says where it is mailed. ?>
<?cs def:facts(a, numbered) ?><dl>
<?cs if:numbered ?><div><dt><?cs var:Lang.my.no ?></dt><dd class="number"><?cs var:a.no ?></dd></div>
<?cs /if ?><div><dt><?cs var:Lang.my.submitted ?></dt><dd><?cs var:a.submitted ?></dd></div>
<?cs if:a.bank ?><div><dt><?cs var:Lang.my.bank ?></dt><dd><?cs var:a.bank ?></dd></div>
<?cs /if ?><?cs if:a.bank_phone && a.told.mail_name ?><div><dt><?cs var:Lang.my.bank_phone ?></dt><dd><?cs call:tel(a.bank_phone) ?></dd></div>
<?cs /if ?><?cs if:a.branch && (a.told.mail_name || !a.branch_address) ?><div><dt><?cs var:Lang.my.branch ?></dt><dd><?cs var:a.branch ?><?cs if:a.branch_phone ?> <?cs call:tel(a.branch_phone) ?><?cs /if ?></dd></div>
<?cs /if ?></dl>
<?cs /def ?>

<?cs # ---- for operators ---- ?>

<?cs def:desk_tabs() ?><nav class="tabs" aria-label="<?cs var:Lang.operators.tabs ?>"><?cs
	each:t = Operators.tab ?><a href="<?cs var:t.href ?>"<?cs if:t.current ?> aria-current="page"<?cs /if ?>><?cs var:t.label ?></a><?cs /each ?></nav>
<?cs /def ?>

<?cs # Minutes; from two hours on in hours, from two days on in days. ?>
<?cs def:age(minutes) ?><?cs if:minutes < #120 ?><?cs call:say(Lang.operators.age.minutes, minutes, "") ?><?cs
	elif:minutes < #2880 ?><?cs call:say(Lang.operators.age.hours, minutes / #60, "") ?><?cs
	else ?><?cs call:say(Lang.operators.age.days, minutes / #1440, "") ?><?cs /if ?><?cs /def ?>

<?cs def:alarms(b) ?><?cs if:b.unseen ?><span class="state state--REJECTED"><?cs var:Lang.operators.unseen ?></span><?cs
	else ?><?cs if:b.stale ?><span class="state state--REJECTED"><?cs var:Lang.operators.stale ?></span> <?cs /if ?><?cs
	each:a = b.alarm ?><span class="state state--REJECTED"><?cs var:a.text ?></span> <?cs /each ?><?cs
	if:!b.stale && !subcount(b.alarm) ?><span class="state state--DELIVERED"><?cs var:Lang.operators.well ?></span><?cs /if ?><?cs /if ?><?cs /def ?>

<?cs # A table of bars. ?>
<?cs def:bars(title, what, rows) ?><section class="sheet">
<table class="bars">
<caption><?cs var:title ?></caption>
<thead><tr><th scope="col"><?cs var:what ?></th><th scope="col"><?cs var:Lang.operators.number ?></th></tr></thead>
<tbody>
<?cs each:r = rows ?><tr><th scope="row"><?cs if:r.href ?><a href="<?cs var:r.href ?>"><?cs /if ?><?cs if:r.code ?><span class="number"><?cs var:r.code ?></span> <?cs /if ?><?cs if:r.text ?><?cs var:r.text ?><?cs else ?><?cs var:Lang.operators.no_reason ?><?cs /if ?><?cs if:r.href ?></a><?cs /if ?></th>
<td><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="<?cs var:r.width ?>" height="10"/></svg> <b class="number"><?cs var:r.number ?></b><?cs if:r.share ?> <small><?cs call:say(Lang.operators.share, r.of, r.share) ?></small><?cs /if ?></td></tr>
<?cs /each ?></tbody>
</table>
</section>
<?cs /def ?>
