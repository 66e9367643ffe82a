<?cs # The frame of every page. A page defines body() and sets Layout.title (its heading), Layout.form (the id of its
     form, if any), Layout.intent (what Enter sends: the form's first button in the tree must not be one that only keeps), and
     Layout.again (seconds) where a page without scripts has to ask again, Layout.width (plain, narrow, wide; a step has its own), and
     Layout.keeps where the display modes are buttons of that form, so that nothing typed is lost. ?><?cs
if:?Step.number ?><?cs set:Layout.width = "step" ?><?cs elif:!Layout.width ?><?cs set:Layout.width = "plain" ?><?cs /if ?><?cs
def:way(d, class) ?><?cs if:Layout.keeps ?><button<?cs if:class ?> class="<?cs var:class ?>"<?cs /if ?> form="<?cs var:Layout.form ?>" name="keep" value="<?cs var:d.set ?>"<?cs else ?><a<?cs if:class ?> class="<?cs var:class ?>"<?cs /if ?> href="?<?cs var:d.set ?><?cs if:Page.next ?>&amp;next=<?cs var:Page.next ?><?cs /if ?>"<?cs /if ?><?cs
	if:Page[d.group] == d.value ?> aria-current="true"<?cs /if ?><?cs if:d.lang ?> lang="<?cs var:d.lang ?>"<?cs /if ?>><?cs if:d.lang == "zh-CN" ?><?cs var:Lang.display.zh ?><?cs else ?><?cs var:d.label ?><?cs /if ?><?cs if:Layout.keeps ?></button><?cs else ?></a><?cs /if ?>
<?cs /def ?><!doctype html>
<html lang="<?cs var:Page.lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="<?cs if:Page.theme == "auto" ?>light dark<?cs else ?><?cs var:Page.theme ?><?cs /if ?>">
<meta name="format-detection" content="telephone=no">
<?cs if:!Page.person && !Page.operator ?><meta name="description" content="<?cs var:Lang.site.about ?>">
<?cs /if ?><title><?cs if:subcount(Faults) ?><?cs call:say(Lang.fault.title, Layout.title, "") ?><?cs else ?><?cs var:Layout.title ?><?cs /if ?> - <?cs if:?Step.number ?><?cs call:say(Lang.step_of, Step.number, Step.count) ?> - <?cs /if ?><?cs var:Lang.site.name ?></title>
<?cs if:Layout.again ?><noscript><meta http-equiv="refresh" content="<?cs var:Layout.again ?>"></noscript>
<?cs /if ?><link rel="icon" href="<?cs var:Asset.icon ?>" type="image/svg+xml">
<link rel="stylesheet" href="<?cs var:Asset.weui ?>">
<link rel="stylesheet" href="<?cs var:Asset.app ?>">
<?cs if:Page.theme != "light" ?><link rel="stylesheet" href="<?cs var:Asset.dark ?>" media="screen<?cs if:Page.theme == "auto" ?> and (prefers-color-scheme: dark)<?cs /if ?>">
<?cs /if ?><link rel="stylesheet" href="<?cs var:Asset.contrast ?>" media="screen<?cs if:Page.contrast != "high" ?> and (prefers-contrast: more)<?cs /if ?>">
<?cs if:Page.rare ?><link rel="stylesheet" href="/font/<?cs var:Page.rare ?>.css">
<?cs /if ?><script type="module" src="<?cs var:Asset.js ?>"></script>
</head>
<body data-entry="<?cs var:Page.entry ?>"<?cs if:Page.mode == "care" ?> data-weui-mode="care"<?cs /if ?><?cs if:Page.theme != "auto" ?> data-weui-theme="<?cs var:Page.theme ?>"<?cs /if ?><?cs if:Page.contrast == "high" ?> data-contrast="high"<?cs /if ?>>
<?cs if:Layout.intent ?><button class="enter" form="<?cs var:Layout.form ?>" name="intent" value="<?cs var:Layout.intent ?>" tabindex="-1" aria-hidden="true"></button>
<?cs /if ?><a class="skip" href="#main"><?cs var:Lang.site.skip ?></a>
<header class="masthead"><div class="masthead__in">
<a class="masthead__name" href="<?cs var:Page.entry ?>"><svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect x="1.5" y="6" width="29" height="20" rx="4" fill="currentColor"/><rect class="chip" x="5" y="12" width="6.5" height="5.5" rx="1.2"/><path class="lines" d="M15 13h11M15 16.5h8M5 21.5h21"/></svg>
<span><?cs var:Lang.site.name ?> <small><?cs var:Lang.name ?></small></span></a>
<div class="masthead__ways">
<?cs each:d = Display ?><?cs if:(d.group == "mode" || d.group == "lang") && Page[d.group] != d.value ?><?cs call:way(d, "masthead__way") ?><?cs /if ?><?cs /each ?><?cs if:Page.person ?><details class="menu"><summary><?cs var:Lang.site.centre ?></summary><div class="menu__list">
<p class="menu__who"><?cs var:Page.person ?></p>
<a href="/my"><?cs var:Lang.site.my ?></a>
<a href="/my/sessions"><?cs var:Lang.sessions.title ?></a>
<a href="/my/password"><?cs var:Lang.password.change ?></a>
<form method="post" action="/logout"><input type="hidden" name="csrf" value="<?cs var:Page.csrf ?>"><button><?cs var:Lang.button.logout ?></button></form>
</div></details>
<?cs elif:Page.operator ?><span class="masthead__who"><?cs var:Page.operator ?></span>
<?cs /if ?><?cs if:subcount(Display) ?><details class="menu"><summary><?cs var:Lang.site.display ?></summary><nav class="menu__list" aria-label="<?cs var:Lang.site.display_ways ?>">
<?cs set:Now.group = "theme" ?><?cs each:d = Display ?><?cs if:d.group != "mode" && d.group != "lang" ?><?cs
	if:d.group != Now.group ?><hr>
<?cs set:Now.group = d.group ?><?cs /if ?><?cs call:way(d, "") ?><?cs /if ?><?cs /each ?></nav></details>
<?cs /if ?></div></div></header>
<main class="frame frame--<?cs var:Layout.width ?>" id="main">
<?cs call:body() ?></main>
<footer class="foot"><div class="foot__in"><p><?cs var:Lang.site.bureau ?></p>
<p><?cs var:Lang.site.hotline ?></p></div></footer>
<?cs if:?Page.session.ends ?><dialog class="dialog" id="session" aria-labelledby="session-warn" data-ends="<?cs var:Page.session.ends ?>" data-warn="<?cs var:Page.session.warn ?>" data-csrf="<?cs var:Page.csrf ?>">
<div data-when="warn">
<h2 id="session-warn"><?cs var:Lang.session.warn_title ?></h2>
<p><?cs var:Lang.session.warn ?> <b data-left role="timer"></b></p>
<div class="dialog__go"><button class="weui-btn weui-btn_primary" type="button" data-extend="/login/extend"><?cs var:Lang.button.extend ?></button></div>
</div>
<div data-when="ended" hidden>
<h2 id="session-ended"><?cs var:Lang.session.ended_title ?></h2>
<p><?cs var:Lang.session.ended ?></p>
<div class="dialog__go"><?cs if:Layout.keeps ?><button class="weui-btn weui-btn_primary" form="<?cs var:Layout.form ?>" name="keep" value=""><?cs var:Lang.button.login_again ?></button><?cs else ?><a class="weui-btn weui-btn_primary" href="<?cs var:Page.path ?>"><?cs var:Lang.button.login_again ?></a><?cs /if ?></div>
</div>
</dialog>
<?cs /if ?></body>
</html>
