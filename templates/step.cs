<?cs # A step: where am I, the form, help. The page defines inputs(), and may set Layout.next (the words of the primary
     button), Layout.intent (what it sends) and Layout.files (pictures travel in the form). ?><?cs
set:Layout.title = Step.title ?><?cs
set:Layout.form = "step" ?><?cs
set:Layout.keeps = "1" ?><?cs
if:!Layout.intent ?><?cs set:Layout.intent = "next" ?><?cs /if ?><?cs
if:!Layout.next ?><?cs set:Layout.next = Lang.button.next ?><?cs /if ?><?cs
include:"progress.cs" ?><?cs
# Not when, where the form holds what is not saved; htdocs/saved.js says so, too, as soon as it does. ?><?cs
def:unsaved() ?><?cs call:say(Lang.unsaved, Layout.next, "") ?><?cs /def ?><?cs
def:saved() ?><?cs if:subcount(Faults) ?><p class="saved saved--not"><?cs call:say(Lang.kept, Layout.next, "") ?></p>
<?cs elif:Layout.intent == "next" && (Page.notice == "unsent" || Page.notice == "stale") ?><p class="saved saved--not"><?cs call:unsaved() ?></p>
<?cs else ?><p class="saved"<?cs if:Layout.intent == "next" ?> data-unsaved="<?cs call:unsaved() ?>"<?cs /if ?>><?cs call:say(Lang.saved, Step.saved, "") ?></p>
<?cs /if ?><?cs /def ?><?cs
def:body() ?><?cs call:progress() ?><form class="step--<?cs var:Step.name ?>" id="step" method="post" action="<?cs var:Page.path ?>"<?cs if:Layout.files ?> enctype="multipart/form-data"<?cs /if ?><?cs call:sending_words(Lang.sending.sending) ?> novalidate>
<?cs call:form_state() ?><?cs call:notices() ?><h1><?cs var:Step.title ?></h1>
<?cs if:Step.lead ?><p class="lead"><?cs var:Step.lead ?></p>
<?cs /if ?><?cs call:inputs() ?><?cs
if:Step.saved ?><?cs call:saved() ?><?cs /if ?><?cs if:?Page.session.idle_minutes ?><p class="idle"><?cs call:say(Lang.session.line, Page.session.idle_minutes, "") ?></p>
<?cs /if ?><div class="go"><?cs if:Step.back ?><a class="weui-btn weui-btn_default" href="<?cs var:Step.back ?>"><?cs var:Lang.button.back ?></a><?cs /if ?><button class="weui-btn weui-btn_primary" name="intent" value="<?cs var:Layout.intent ?>"><?cs var:Layout.next ?></button></div>
</form>
<?cs call:line() ?><?cs call:help() ?><?cs /def ?><?cs
include:"layout.cs" ?>
