namespace Agents.Reviewer.Tests.Rules;

internal static class ScriptPerformanceCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/code.ts")
        .Bad("js-sync-io-in-handler", """app.get('/', (req, res) => { res.send(fs.readFileSync('a.html')); });""")
        .Good("js-sync-io-in-handler",
            """const page = fs.readFileSync('a.html'); app.get('/', (req, res) => { res.send(page); });""",
            """app.get('/', async (req, res) => { res.send(await fs.promises.readFile('a.html')); });""")
        .Bad("js-spread-in-reduce",
            """const o = xs.reduce((acc, x) => ({ ...acc, [x.id]: x }), {});""",
            """const o = xs.reduce(function (acc, x) { return acc.concat(x.items); }, []);""")
        .Good("js-spread-in-reduce",
            """const o = xs.reduce((acc, x) => { acc[x.id] = x; return acc; }, {});""",
            """const o = xs.map((x) => ({ ...x, a: 1 }));""")
        .Bad("js-array-concat-in-loop",
            """function f(xs) { let all = []; for (const x of xs) { all = all.concat(x.items); } return all; }""",
            """function f(xs) { let all = []; xs.forEach(function (x) { all = [...all, x]; }); return all; }""")
        .Good("js-array-concat-in-loop",
            """function f(xs) { let all = []; for (const x of xs) { all.push(...x.items); } return all; }""",
            """function f(xs) { let s = ''; for (const x of xs) { s = s.concat(x); } return s; }""",
            """function f(xs) { let all = []; all = all.concat(xs); return all; }""")
        .Bad("js-regex-in-loop", """for (const x of xs) { if (new RegExp('a+').test(x)) go(); }""")
        .Good("js-regex-in-loop", """for (const x of xs) { if (new RegExp(x).test(y)) go(); }""", """const r = new RegExp('a+');""")
        .Bad("js-html-append-in-loop", """for (const x of xs) { list.innerHTML += row(x); }""")
        .Good("js-html-append-in-loop", """list.innerHTML += row(x);""", """for (const x of xs) { list.append(row(x)); }""")
        .Bad("js-clone-by-json", """const c = JSON.parse(JSON.stringify(o));""")
        .Good("js-clone-by-json", """const c = structuredClone(o);""", """const c = JSON.parse(JSON.stringify(o, replacer));""")
        .Bad("js-filter-for-first", """const a = xs.filter((x) => x.ok)[0];""")
        .Good("js-filter-for-first", """const a = xs.find((x) => x.ok);""", """const a = xs.filter((x) => x.ok)[1];""", """const a = $('li').filter('.a')[0];""")
        .Cases;
}
