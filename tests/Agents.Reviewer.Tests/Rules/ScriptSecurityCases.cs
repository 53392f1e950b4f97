namespace Agents.Reviewer.Tests.Rules;

internal static class ScriptSecurityCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/code.js")
        .Bad("js-command-injection",
            """const { exec } = require('child_process'); function f(name) { exec('ls ' + name); }""",
            """const cp = require('child_process'); function f(name) { cp.execSync(`ls ${name}`); }""",
            """const { exec } = require('child_process'); function f(a) { var args = ['ls', a]; exec(args.join(' '), cb); }""",
            """const { exec } = require('child_process'); function f(a) { var c = 'ls ' + a; exec(c); }""",
            """const { spawn } = require('child_process'); function f(a) { spawn('sh', ['-c', 'ls ' + a]); }""")
        .Good("js-command-injection",
            """const { exec } = require('child_process'); exec('ls -l');""",
            """const { exec } = require('child_process'); function f(a) { return /x/.exec('a' + a); }""",
            """const { execFile } = require('child_process'); function f(a) { execFile('ls', [a]); }""",
            """const { exec } = require('child_process'); const DIR = '/tmp'; exec('ls ' + DIR);""",
            """const { exec } = require('child_process'); // exec('ls ' + name)""")
        .Bad("js-code-injection",
            """function f(s) { return eval(s); }""",
            """function f(s) { return new Function('a', 'return ' + s); }""",
            """function f(s) { setTimeout('go(' + s + ')', 10); }""")
        .Good("js-code-injection",
            """var x = eval('1 + 1');""",
            """var g = new Function('return this')();""",
            "function f(s) { setTimeout(() => go(s), 10); // eval(s)\n            }",
            """var text = "eval(s)"; parser.eval(s);""")
        .Bad("js-prototype-pollution",
            """function set(o, path, v) { var keys = path.split('.'); for (var i = 0; i < keys.length; i++) { var key = keys[i]; if (!o[key]) { o[key] = {}; } o = o[key]; } }""",
            """function merge(target, source) { for (var key in source) { if (isObject(source[key])) { merge(target[key], source[key]); } else { target[key] = source[key]; } } }""")
        .Good("js-prototype-pollution",
            """function set(o, path, v) { var keys = path.split('.'); for (var i = 0; i < keys.length; i++) { var key = keys[i]; if (key === '__proto__') return; if (!o[key]) { o[key] = {}; } o = o[key]; } }""",
            """function get(o, path) { for (const key of path.split('.')) { o = o[key]; } return o; }""",
            """function copy(source) { var out = {}; for (var key in source) { out[key] = source[key]; } return out; }""",
            """function walk(a) { for (var i = 0; i < n; i++) { a[i] = 0; a = a[i]; } }""")
        .Bad("js-archive-path-traversal",
            """zip.on('entry', function (entry) { entry.pipe(fs.createWriteStream(path.join(dir, entry.path))); });""",
            """var Zip = require('zip'); function f(entry) { write(pth.resolve(target, entry.entryName.toString())); }""")
        .Good("js-archive-path-traversal",
            """zip.on('entry', function (entry) { var p = path.join(dir, entry.path); if (p.indexOf(dir + path.sep) !== 0) return; write(p); });""",
            """for (const entry of fs.readdirSync(dir, { withFileTypes: true })) { zip(path.join(dir, entry.name)); }""")
        .Bad("js-path-traversal",
            """app.get('/f', function (req, res) { fs.readFile(path.join(root, req.query.name), cb); });""",
            """http.createServer(function (req, res) { var file = root + req.url; fs.createReadStream(file).pipe(res); });""")
        .Good("js-path-traversal",
            """app.get('/f', function (req, res) { res.sendFile(req.params.name, { root: dir }); });""",
            """http.createServer(function (req, res) { var file = path.join(root, req.url); if (!file.startsWith(root)) return; fs.createReadStream(file).pipe(res); });""",
            """app.get('/f', function (req, res) { fs.readFile(fixed, cb); });""")
        .Bad("js-server-side-request-forgery", """app.get('/p', async (req, res) => { res.send(await fetch(req.query.url)); });""")
        .Good("js-server-side-request-forgery",
            """app.get('/p', async (req, res) => { res.send(await fetch('https://a.example/' + req.query.id)); });""",
            """app.get('/p', async (req, res) => { if (!allowed.has(req.query.url)) return; res.send(await fetch(req.query.url)); });""")
        .Bad("js-open-redirect", """app.get('/r', (req, res) => { res.redirect(req.query.next); });""")
        .Good("js-open-redirect", """app.get('/r', (req, res) => { res.redirect('/home'); });""")
        .Bad("js-sql-injection",
            """function f(id) { db.query("SELECT * FROM users WHERE id = " + id); }""",
            """function f(id) { const sql = `delete from users where id = '${id}'`; return db.query(sql); }""")
        .Good("js-sql-injection",
            """function f(id) { db.query("SELECT * FROM users WHERE id = ?", [id]); }""",
            """function f(id) { db.query(`SELECT a, b FROM users`); }""",
            """function f(id) { db.query("SELECT * FROM users WHERE id = " + parseInt(id)); }""")
        .Bad("js-html-injection",
            """function f(name) { el.innerHTML = '<b>' + name + '</b>'; }""",
            """function f(name) { document.write(`<p>${name}</p>`); }""")
        .Good("js-html-injection",
            """function f(name) { el.innerHTML = '<b>' + escapeHtml(name) + '</b>'; }""",
            """function f(name) { el.textContent = '<b>' + name; el.innerHTML = '<b>x</b>'; }""")
        .Bad("js-regex-exponential",
            """const r = /^(a+)+$/;""",
            """const r = new RegExp('^(\\w+\\s?)*$');""",
            """const r = /^(?:[^/.]+(\.[^/]+)+|localhost)$/;""")
        .Good("js-regex-exponential",
            """const r = /^(a+b)+$/;""",
            """const r = /^\s*(\w+)\s*$/;""",
            """const r = /(a|b)*c/; const s = "/^(a+)+$/";""",
            """const r = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i;""")
        .Bad("js-certificate-check-off",
            """https.request({ rejectUnauthorized: false });""",
            """process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';""")
        .Good("js-certificate-check-off",
            """https.request({ rejectUnauthorized: true });""",
            """// rejectUnauthorized: false""")
        .Bad("js-weak-hash", """function hashPassword(p) { return crypto.createHash('md5').update(p).digest('hex'); }""")
        .Good("js-weak-hash",
            """function etag(p) { return crypto.createHash('md5').update(p).digest('hex'); }""",
            """function hashPassword(p) { return crypto.createHash('sha256').update(p).digest('hex'); }""")
        .Bad("js-weak-cipher",
            """const c = crypto.createCipher('aes192', password);""",
            """const c = crypto.createCipheriv('des-ede3-cbc', key, iv);""")
        .Good("js-weak-cipher", """const c = crypto.createCipheriv('aes-256-gcm', key, iv);""")
        .Bad("js-insecure-random", """const reset_token = Math.random().toString(36);""", """function makePassword() { return Math.random(); }""")
        .Good("js-insecure-random", """const jitter = Math.random() * 100;""", """const password = crypto.randomBytes(16);""")
        .Bad("js-hardcoded-token-key", """const t = jwt.sign({ id }, 'k3yOfTheHouse');""")
        .Good("js-hardcoded-token-key", """const t = jwt.sign({ id }, process.env.JWT_KEY);""")
        .Bad("js-message-to-any-origin", """parent.postMessage({ token }, '*');""")
        .Good("js-message-to-any-origin", """parent.postMessage({ token }, 'https://a.example'); worker.postMessage('*');""")
        .Bad("js-cors-any-origin-credentials", """app.use(cors({ origin: true, credentials: true }));""")
        .Good("js-cors-any-origin-credentials", """app.use(cors({ origin: list, credentials: true }));""")
        .Bad("js-buffer-constructor",
            """function f(s) { return new Buffer(s, 'base64'); }""",
            """function f(n) { return new Buffer(n); }""")
        .Good("js-buffer-constructor", """function f(s) { return Buffer.from(s, 'base64'); }""", """var b = new Buffer(4);""")
        .Cases;
}
