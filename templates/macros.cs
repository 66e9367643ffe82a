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
	if:Page.notice_text ?><p class="notice" role="status"><?cs var:Page.notice_text ?></p>
<?cs /if ?><?cs
	if:?Eligibility.answer && Eligibility.answer != "ok" ?><section class="faults" id="faults" role="alert" tabindex="-1">
<h2><?cs var:Eligibility.text ?></h2>
<p><?cs var:Eligibility.todo ?></p>
</section>
<?cs /if ?><?cs
	if:subcount(Faults) ?><section class="faults" id="faults" role="alert" tabindex="-1">
<h2><?cs call:say(Lang.fault.count, subcount(Faults), "") ?></h2>
<ul>
<?cs each:f = Faults ?><li><a href="#<?cs var:f.field ?>"><?cs if:f.label ?><?cs var:f.label ?><?cs var:Lang.fault.colon ?><?cs /if ?><?cs var:f.text ?></a></li>
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
	if:f.hint ?><small id="<?cs var:f.name ?>-hint"><?cs var:f.hint ?></small>
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

<?cs def:field_text(f) ?><label for="<?cs var:f.name ?>"><?cs call:label_text(f) ?></label>
<?cs call:below_label(f) ?><input id="<?cs var:f.name ?>" name="<?cs var:f.name ?>" value="<?cs var:f.value ?>"<?cs
	if:f.max ?> maxlength="<?cs var:f.max ?>"<?cs /if ?><?cs
	if:f.inputmode ?> inputmode="<?cs var:f.inputmode ?>"<?cs /if ?><?cs
	if:f.autocomplete ?> autocomplete="<?cs var:f.autocomplete ?>"<?cs /if ?><?cs
	call:asks(f) ?><?cs call:described(f) ?>>
<?cs /def ?>

<?cs # The banks' select brings the branches of the bank: by a button, or by htdocs/branch.js. ?>
<?cs def:field_choice(f) ?><label for="<?cs var:f.name ?>"><?cs call:label_text(f) ?></label>
<?cs call:below_label(f) ?><select id="<?cs var:f.name ?>" name="<?cs var:f.name ?>"<?cs
	if:f.name == "bank" ?> data-branches="/branches" data-fills="branch" data-choose="<?cs var:Lang.choose ?>" data-first="<?cs var:Lang.branch.first ?>" data-failed="<?cs var:Lang.branch.failed ?>" data-loading="<?cs var:Lang.branch.loading ?>" data-none="<?cs var:Lang.branch.none ?>"<?cs /if ?><?cs
	call:asks(f) ?><?cs call:described(f) ?>>
<option value=""><?cs if:f.name == "branch" && !subcount(f.option) ?><?cs var:Lang.branch.first ?><?cs else ?><?cs var:Lang.choose ?><?cs /if ?></option>
<?cs call:options(f) ?></select>
<?cs if:f.name == "bank" ?><button class="weui-btn weui-btn_default weui-btn_mini look" name="keep" value=""><?cs var:Lang.button.branches ?></button>
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

<?cs def:field_photo(f) ?><label for="<?cs var:f.name ?>"><?cs call:label_text(f) ?></label>
<?cs call:below_label(f) ?><div class="photo photo--<?cs var:f.name ?>">
<?cs if:f.photo ?><img class="photo__kept" src="<?cs var:f.photo ?>" alt="<?cs call:say(Lang.photo.kept_alt, f.label, "") ?>">
<p class="photo__word"><?cs var:Lang.photo.kept ?></p>
<?cs /if ?><input type="file" id="<?cs var:f.name ?>" name="<?cs var:f.name ?>" accept="<?cs if:f.accept ?><?cs var:f.accept ?><?cs else ?>image/*<?cs /if ?>"<?cs
	if:!f.photo ?><?cs call:asks(f) ?><?cs /if ?><?cs call:described(f) ?><?cs
	if:f.min_bytes ?> data-min="<?cs var:f.min_bytes ?>" data-max="<?cs var:f.max_bytes ?>"<?cs /if ?>>
</div>
<?cs /def ?>

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
	else ?><?cs call:field_text(f) ?><?cs /if ?></div>
<?cs /def ?>

<?cs # All questions of the step, in their order. A group (those asked only by mail) is a sheet of its own. ?>
<?cs def:fields() ?><?cs set:Now.sheet = "" ?><div class="sheet">
<?cs each:f = Field ?><?cs
	if:f.group && f.group != Now.sheet ?></div>
<div class="sheet" data-group="<?cs var:f.group ?>">
<h2><?cs var:Lang.group[f.group].title ?></h2>
<p class="group__hint"><?cs var:Lang.group[f.group].hint ?></p>
<?cs set:Now.sheet = f.group ?><?cs /if ?><?cs call:field(f) ?><?cs /each ?></div>
<?cs /def ?>

<?cs # What htdocs/upload.js reads. ?>
<?cs def:upload_words(failed) ?> data-small="<?cs var:Lang.error.photo_too_small ?>" data-large="<?cs var:Lang.error.photo_too_large ?>" data-type="<?cs var:Lang.error.photo_type ?>" data-sending="<?cs var:Lang.photo.sending ?>" data-checking="<?cs var:Lang.photo.checking ?>" data-failed="<?cs var:failed ?>" data-preview="<?cs var:Lang.photo.preview ?>"<?cs /def ?>

<?cs # Questions among which pictures are; on another screen than a phone's, a phone can take them. ?>
<?cs def:uploads() ?><div id="upload"<?cs call:upload_words(Lang.photo.failed) ?>>
<div class="by-phone"><button class="link" name="keep" value="phone"><?cs var:Lang.handoff.offer ?></button> <small><?cs var:Lang.handoff.offer_hint ?></small></div>
<?cs call:fields() ?></div>
<?cs /def ?>

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
<?cs if:Code.wait ?><small class="look__wait" data-waiting><?cs call:wait(Code.wait) ?></small>
<?cs /if ?><?cs /def ?>

<?cs def:code_phone() ?><div class="field<?cs if:Field.phone.error ?> field--bad<?cs /if ?>">
<label for="phone"><?cs var:Lang.code.phone ?></label>
<?cs if:Field.phone.error ?><p class="field__fault" id="phone-fault"><?cs var:Field.phone.error_text ?></p>
<?cs /if ?><input type="tel" id="phone" name="phone" value="<?cs var:Code.phone ?>" maxlength="20" inputmode="numeric" autocomplete="tel-national" required<?cs if:Field.phone.error ?> aria-invalid="true" aria-describedby="phone-fault"<?cs /if ?>>
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

<?cs def:consent_text(c) ?><?cs if:c.detail ?><p class="consent__detail"><?cs call:say(Lang.consent[c.name].detail, c.detail, "") ?></p>
<?cs /if ?><?cs each:p = Lang.consent[c.name].part ?><?cs if:p.title ?><h3><?cs var:p.title ?></h3>
<?cs /if ?><p><?cs var:p.text ?></p>
<?cs /each ?><?cs /def ?>

<?cs def:tick(c) ?><div class="tick<?cs if:c.error ?> field--bad<?cs /if ?>">
<?cs if:c.error ?><p class="field__fault" id="<?cs var:c.name ?>-fault"><?cs var:c.error_text ?></p>
<?cs /if ?><input type="checkbox" id="<?cs var:c.name ?>" name="<?cs var:c.name ?>" value="<?cs var:c.version ?>" required<?cs
	if:c.given ?> checked<?cs /if ?><?cs if:c.error ?> aria-invalid="true" aria-describedby="<?cs var:c.name ?>-fault"<?cs /if ?>>
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

<?cs # ---- what was answered ---- ?>

<?cs def:answers(change) ?><?cs each:a = Answer ?><section class="sheet answer">
<h2><?cs var:a.title ?></h2>
<dl>
<?cs each:i = a.item ?><div><dt><?cs var:i.label ?></dt><dd><?cs
	if:i.photo ?><img src="<?cs var:i.photo ?>" alt="<?cs call:say(Lang.photo.kept_alt, i.label, "") ?>" loading="lazy"><?cs
	else ?><?cs var:i.text ?><?cs /if ?><?cs
	if:change && a.href ?> <a class="answer__change" href="<?cs var:a.href ?>#<?cs var:i.name ?>"><?cs var:Lang.button.change ?><span class="spoken"> <?cs var:i.label ?></span></a><?cs /if ?></dd></div>
<?cs /each ?></dl>
</section>
<?cs /each ?><?cs /def ?>

<?cs # ---- an application and where it stands ---- ?>

<?cs def:promise(a) ?><?cs
	if:a.done ?><?cs elif:a.late > #0 ?><p class="promise promise--late"><?cs call:say(Lang.my.late, a.promised, a.late) ?></p>
<?cs elif:a.promised && a.live ?><p class="promise"><?cs call:say(Lang.my.promise, a.promised, "") ?> <?cs call:say(Lang.my.day, a.day, a.left) ?></p>
<?cs /if ?><?cs /def ?>

<?cs def:timeline(a) ?><ol class="timeline" aria-label="<?cs var:Lang.my.timeline ?>">
<?cs each:e = a.event ?><li<?cs if:last(e) ?> aria-current="true"<?cs /if ?>><b><?cs var:e.text ?></b> <time><?cs var:e.at ?></time><?cs
	if:e.reason_text ?><p><?cs var:e.reason_text ?></p><?cs /if ?></li>
<?cs /each ?></ol>
<?cs /def ?>

<?cs def:facts(a) ?><dl>
<div><dt><?cs var:Lang.my.no ?></dt><dd class="number"><?cs var:a.no ?></dd></div>
<div><dt><?cs var:Lang.my.submitted ?></dt><dd><?cs var:a.submitted ?></dd></div>
<?cs if:a.bank ?><div><dt><?cs var:Lang.my.bank ?></dt><dd><?cs var:a.bank ?></dd></div>
<?cs /if ?><?cs if:a.branch ?><div><dt><?cs var:Lang.my.branch ?></dt><dd><?cs var:a.branch ?></dd></div>
<?cs /if ?><?cs if:a.tracking ?><div><dt><?cs var:Lang.my.tracking ?></dt><dd class="number"><?cs var:a.tracking ?></dd></div>
<?cs /if ?></dl>
<?cs /def ?>
