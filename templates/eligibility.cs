<?cs # Asks the roster; afterwards the same page shows what it said and leads on. ?><?cs
include:"macros.cs" ?><?cs
if:Step.next ?><?cs set:Layout.title = Step.title ?><?cs
else ?><?cs set:Layout.next = Lang.step.eligibility.button ?><?cs /if ?><?cs
def:applicant() ?><section class="sheet">
<dl><?cs each:a = Applicant ?><?cs if:a.text ?><div><dt><?cs var:a.label ?></dt><dd><?cs var:a.text ?></dd></div>
<?cs /if ?><?cs /each ?></dl>
</section>
<?cs /def ?><?cs
def:inputs() ?><?cs call:applicant() ?><?cs call:consents() ?><?cs /def ?><?cs
if:!Step.next ?><?cs include:"step.cs" ?><?cs else ?><?cs
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
include:"layout.cs" ?><?cs /if ?>
