<?cs # A step that has been done and shows what came of it: it only leads on. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Step.title ?><?cs
include:"progress.cs" ?><?cs
def:body() ?><?cs call:progress() ?><div>
<?cs call:notices() ?><h1><?cs var:Step.title ?></h1>
<section class="sheet banner" role="status">
<h2><?cs var:Eligibility.text ?></h2>
<p><?cs var:Eligibility.todo ?></p>
</section>
<?cs call:applicant() ?><div class="go"><a class="weui-btn weui-btn_default" href="<?cs var:Step.back ?>"><?cs var:Lang.button.back ?></a><a class="weui-btn weui-btn_primary" href="<?cs var:Step.next ?>"><?cs var:Lang.button.go_on ?></a></div>
</div>
<?cs call:help() ?><?cs /def ?><?cs
include:"layout.cs" ?>
