<?cs # Beside a step's form: how far it has come, and help. ?><?cs
def:progress() ?><nav class="where" aria-label="<?cs var:Lang.site.progress ?>">
<p class="where__now"><b><?cs call:say(Lang.step_of, Step.number, Step.count) ?></b><?cs
	if:?Step.list[Step.number].title ?> <span class="where__then"><?cs call:say(Lang.step_then, Step.list[Step.number].title, "") ?></span><?cs /if ?></p>
<div class="where__bar" aria-hidden="true"><?cs each:s = Step.list ?><i<?cs if:Step.number > name(s) + #0 ?> class="is-done"<?cs /if ?>></i><?cs /each ?></div>
<ol>
<?cs each:s = Step.list ?><li<?cs if:s.state == "current" ?> aria-current="step"<?cs elif:s.state == "done" ?> class="is-done"<?cs /if ?>><?cs
	if:s.href && s.state != "current" ?><a href="<?cs var:s.href ?>"><?cs var:s.title ?></a><?cs else ?><?cs var:s.title ?><?cs /if ?><?cs
	if:s.state == "done" ?><span class="spoken"> <?cs var:Lang.site.step_done ?></span><?cs /if ?></li>
<?cs /each ?></ol>
</nav>
<?cs /def ?><?cs
def:help() ?><aside class="help" aria-label="<?cs var:Lang.site.help ?>">
<?cs each:h = Lang.step[Step.name].help ?><h2><?cs var:h.title ?></h2>
<p><?cs var:h.text ?></p>
<?cs /each ?><h2><?cs var:Lang.site.help ?></h2>
<p><?cs var:Lang.site.hotline ?></p>
</aside>
<?cs /def ?>
