<?cs # Every way of logging in is a tab, a link; a further one is a further row of Login.tab and its part of the page. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.login.title ?><?cs
set:Layout.form = "login" ?><?cs
set:Layout.intent = "login" ?><?cs
def:body() ?><h1><?cs var:Lang.login.title ?></h1>
<?cs call:notices() ?><?cs call:ways() ?><form class="sheet" id="login" method="post" action="/login" novalidate>
<?cs call:login_state() ?><?cs call:required() ?><div class="field<?cs if:Field.account.error ?> field--bad<?cs /if ?>">
<label for="account"><?cs var:Lang.login.account ?></label>
<?cs if:Field.account.error ?><p class="field__fault" id="account-fault"><?cs var:Field.account.error_text ?><?cs if:Login.wait ?> <?cs call:wait(Login.wait) ?><?cs /if ?></p>
<?cs /if ?><input id="account" name="account" value="<?cs var:Login.account ?>" maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false" required<?cs if:Field.account.error ?> aria-invalid="true" aria-describedby="account-fault"<?cs /if ?>>
</div>
<div class="field<?cs if:Field.password.error ?> field--bad<?cs /if ?>">
<label for="password"><?cs var:Lang.login.password ?></label>
<?cs if:Login.again ?><small id="password-hint"><?cs var:Lang.login.again ?></small>
<?cs /if ?><?cs if:Field.password.error_text ?><p class="field__fault" id="password-fault"><?cs var:Field.password.error_text ?></p>
<?cs /if ?><input type="password" id="password" name="password" maxlength="128" autocomplete="current-password" required<?cs if:Field.password.error ?> aria-invalid="true"<?cs /if ?><?cs if:Field.password.error_text ?> aria-describedby="password-fault"<?cs elif:Login.again ?> aria-describedby="password-hint"<?cs elif:Field.password.error ?> aria-describedby="account-fault"<?cs /if ?>>
</div>
<?cs if:Login.captcha.id ?><div class="field<?cs if:Field.captcha.error ?> field--bad<?cs /if ?>">
<label for="captcha"><?cs var:Lang.login.captcha ?></label>
<div class="captcha"><details><summary><img src="<?cs var:Login.captcha.href ?>" alt="<?cs var:Lang.login.captcha_alt ?>" width="120" height="40"> <span><?cs var:Lang.login.captcha_large ?></span></summary><img src="<?cs var:Login.captcha.href ?>" alt="" width="480" height="160"></details>
<button class="link" name="keep" value=""><?cs var:Lang.login.captcha_other ?></button>
<details><summary><?cs var:Lang.login.captcha_listen ?></summary><audio controls preload="none" src="<?cs var:Login.captcha.sound ?>" aria-label="<?cs var:Lang.login.captcha_sound ?>"></audio></details></div>
<input type="hidden" name="captcha_id" value="<?cs var:Login.captcha.id ?>">
<small id="captcha-hint"><?cs var:Lang.login.captcha_hint ?></small>
<?cs if:Field.captcha.error ?><p class="field__fault" id="captcha-fault"><?cs var:Field.captcha.error_text ?></p>
<?cs /if ?><input id="captcha" name="captcha" maxlength="8" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="captcha-hint<?cs if:Field.captcha.error ?> captcha-fault<?cs /if ?>"<?cs if:Field.captcha.error ?> aria-invalid="true"<?cs /if ?>>
</div>
<?cs /if ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="login"><?cs var:Lang.button.login ?></button></div>
</form>
<p class="links"><a href="/login/register<?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:Lang.register.title ?></a> <a href="/login/reset"><?cs var:Lang.login.forgot ?></a></p>
<p class="idle"><?cs var:Lang.login.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
