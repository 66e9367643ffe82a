<?cs # Whether she may apply, found out: the way on, or what she can do instead. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.step.eligibility.title ?><?cs
include:"progress.cs" ?><?cs
def:go_on() ?><a class="weui-btn weui-btn_default" href="<?cs var:Step.back ?>"><?cs var:Lang.button.back ?></a><a class="weui-btn weui-btn_primary" href="<?cs var:Step.next ?>"><?cs var:Lang.button.go_on ?></a><?cs /def ?><?cs
def:instead() ?><a class="weui-btn weui-btn_default" href="<?cs var:Page.path ?>"><?cs var:Lang.button.ask_again ?></a><?cs
	if:Eligibility.answer == "live_application" ?><a class="weui-btn weui-btn_primary" href="/my"><?cs var:Lang.site.my ?></a><?cs
	else ?><a class="weui-btn weui-btn_primary" href="<?cs var:Page.entry ?>"><?cs var:Lang.button.home ?></a><?cs /if ?><?cs /def ?><?cs
def:body() ?><?cs call:progress() ?><div>
<?cs call:notices() ?><h1><?cs var:Layout.title ?></h1>
<?cs if:Eligibility.answer == "ok" ?><section class="sheet banner" role="status">
<h2><?cs var:Eligibility.text ?></h2>
<p><?cs var:Eligibility.todo ?></p>
</section>
<?cs /if ?><?cs call:applicant() ?><div class="go"><?cs if:Eligibility.answer == "ok" ?><?cs call:go_on() ?><?cs else ?><?cs call:instead() ?><?cs /if ?></div>
</div>
<?cs call:help() ?><?cs /def ?><?cs
include:"layout.cs" ?>
