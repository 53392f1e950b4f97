namespace Agents.Reviewer.Tests.Rules;

internal static class ScriptQualityCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/code.js")
        .Bad("js-empty-catch", "try {\n  const a = load();\n  use(a);\n} catch (e) {}\n")
        .Good("js-empty-catch",
            "try {\n  const a = load();\n  use(a);\n} catch (e) {\n  // a missing cache is no error\n}\n",
            "try {\n  fs.unlinkSync(p);\n} catch (e) {}\n",
            "try {\n  a();\n  b();\n} catch (e) {\n  log(e);\n}\n")
        .Bad("js-async-foreach", """xs.forEach(async (x) => { await save(x); });""")
        .Good("js-async-foreach", """await Promise.all(xs.map(async (x) => { await save(x); }));""", """xs.forEach((x) => save(x));""")
        .Bad("js-async-promise-executor", """return new Promise(async (resolve) => { resolve(await load()); });""")
        .Good("js-async-promise-executor",
            """return new Promise((resolve) => { load().then(resolve); });""",
            """return new Promise(async (resolve, reject) => { try { resolve(await load()); } catch (e) { reject(e); } });""")
        .Bad("js-nan-comparison", """if (x === NaN) go();""", """if (a.b != NaN) go();""")
        .Good("js-nan-comparison", """if (Number.isNaN(x)) go();""", """if (x === 'NaN') go();""")
        .Bad("js-throw-literal", """throw 'no such thing';""", """throw "no " + thing;""")
        .Good("js-throw-literal", """throw new Error('no such thing');""", """// throw 'x'""")
        .Bad("js-debugger-statement", "function f() {\n  debugger;\n  go();\n}\n")
        .Good("js-debugger-statement", "function f() {\n  // debugger;\n  const debugger_ = 1;\n}\n")
        .Bad("js-return-in-finally", """function f() { try { go(); } finally { return 1; } }""")
        .Good("js-return-in-finally", """function f() { try { go(); } finally { done(() => { return 1; }); } return 1; }""")
        .Bad("js-assignment-in-condition", """if (a = true) go();""", """if (mode = 'x') go();""")
        .Good("js-assignment-in-condition", """if (a === true) go();""", """if (m = re.exec(s)) go();""", """if ((a = next()) > 0) go();""")
        .Bad("js-repeated-condition", """if (a === 1) { x(); } else if (a === 2) { y(); } else if (a === 1) { z(); }""")
        .Good("js-repeated-condition",
            """if (a === 1) { x(); } else if (a === 2) { y(); }""",
            """if (next()) { x(); } else if (next()) { y(); }""",
            """if (a === 'b') { x(); } else if (a === 'c') { y(); }""")
        .Bad("js-ignored-callback-error", """load(name, function (err, data) { use(data); done(); });""")
        .Good("js-ignored-callback-error",
            """load(name, function (err, data) { if (err) return done(err); use(data); done(); });""",
            """load(name, function (_err, data) { use(data); done(); });""",
            """load(name, (err, data) => { return done(null, data); });""")
        .Bad("js-invalid-typeof", """if (typeof x === 'strnig') go();""")
        .Good("js-invalid-typeof", """if (typeof x === 'string') go();""", """if (typeof x === typeof y) go();""")
        .Bad("js-floating-promise", "async function save(x) {\n  await db.put(x);\n}\nasync function all() {\n  save(1);\n  done();\n}\n")
        .Good("js-floating-promise",
            "async function save(x) {\n  await db.put(x);\n}\nasync function all() {\n  await save(1);\n  return save(2);\n}\n",
            "function save(x) {\n  db.put(x);\n}\nasync function all() {\n  save(1);\n}\n",
            "async function save(x) {\n  await db.put(x);\n}\nasync function all() {\n  save(1).catch(log);\n  const a = [\n    save(2),\n  ];\n}\n")
        .Bad("complex-function", "function f(a) {\n" + string.Concat(Enumerable.Range(0, 55).Select(i => $"  if (a === {i}) x({i});\n")) + "}\n")
        .Good("complex-function",
            "function f(a) {\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"  if (a === {i}) x({i});\n")) + "}\n",
            "(function () {\n" + string.Concat(Enumerable.Range(0, 55).Select(i => $"  function f{i}(a) {{ if (a) x(); }}\n")) + "})();\n")
        .Cases;
}
