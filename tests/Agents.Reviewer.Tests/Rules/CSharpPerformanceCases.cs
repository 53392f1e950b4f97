namespace Agents.Reviewer.Tests.Rules;

internal static class CSharpPerformanceCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/Code.cs")
        .Bad("cs-blocking-wait",
            """class C { async Task M() { var x = LoadAsync().Result; } }""",
            """class C { void M() { LoadAsync().Wait(); } }""",
            """class C { async Task M() { LoadAsync().GetAwaiter().GetResult(); } }""",
            """class C { async Task M() { var n = LoadAsync(1).GetAwaiter().GetResult().Length; } }""")
        .Good("cs-blocking-wait",
            """class C { async Task M() { var x = await LoadAsync(); } }""",
            """class C { void M(Answer a) { var x = a.Result; var y = Load().Result; } }""",
            """class C { void M(Gate g) { g.Wait(); } }""",
            """class C { static void Main() { RunAsync().GetAwaiter().GetResult(); } }""")
        .Bad("cs-sleep-in-async", """class C { async Task M() { Thread.Sleep(100); await X(); } }""")
        .Good("cs-sleep-in-async",
            """class C { void M() { Thread.Sleep(100); } }""",
            """class C { async Task M() { await Task.Delay(100); } }""",
            """class C { async Task M() { Run(() => { Thread.Sleep(100); }); await X(); } }""")
        .Bad("cs-string-concat-in-loop",
            """class C { string M(string[] xs) { string s = ""; foreach (var x in xs) { s += x; } return s; } }""",
            """class C { string M(string[] xs) { var s = string.Empty; for (var i = 0; i < xs.Length; i++) s = s + xs[i]; return s; } }""")
        .Good("cs-string-concat-in-loop",
            """class C { int M(int[] xs) { var s = 0; foreach (var x in xs) { s += x; } return s; } }""",
            """class C { void M(string[] xs) { foreach (var x in xs) { string s = ""; s += x; Use(s); } } }""",
            """class C { void M(string[] xs) { string s; foreach (var x in xs) { s = x; s += "."; Use(s); } } }""",
            """class C { void M(string[] xs) { string s = ""; foreach (var x in xs) { if (x == null) { s += x; break; } } } }""")
        .Bad("cs-regex-in-loop", """class C { void M(string[] xs) { foreach (var x in xs) { var r = new Regex("a+"); } } }""")
        .Good("cs-regex-in-loop",
            """class C { void M(string[] xs) { var r = new Regex("a+"); foreach (var x in xs) { r.IsMatch(x); } } }""",
            """class C { void M(string[] xs) { foreach (var x in xs) { var r = new Regex(x); } } }""",
            """class C { Regex r; void M(string[] xs) { foreach (var x in xs) { if (r == null) r = new Regex("a+"); } } }""")
        .Bad("cs-httpclient-per-call",
            """class C { async Task M() { using var c = new HttpClient(); await c.GetAsync(u); } }""",
            """class C { async Task M() { using (var c = new HttpClient()) { await c.GetAsync(u); } } }""")
        .Good("cs-httpclient-per-call",
            """class C { static readonly HttpClient Client = new HttpClient(); }""",
            """class C { async Task M() { using var c = new HttpClient(handler, false); } }""")
        .Bad("cs-count-for-any",
            """class C { bool M(IQ q) { return q.Where(x => x.A).Count() > 0; } }""",
            """class C { bool M(IQ q) { return q.Count(x => x.A) == 0; } }""")
        .Good("cs-count-for-any",
            """class C { bool M(IQ q) { return q.Where(x => x.A).Count() > 3; } }""",
            """class C { bool M(List<int> q) { return q.Count() > 0 || q.Count > 0; } }""")
        .Bad("cs-sort-for-first", """class C { int M(IQ q) { return q.OrderBy(x => x.A).Last(); } }""")
        .Good("cs-sort-for-first",
            """class C { int M(IQ q) { return q.MaxBy(x => x.A); } }""",
            """class C { int M(IQ q) { return q.OrderBy(x => x.A).ThenBy(x => x.B).Last(); } }""")
        .Bad("cs-list-lookup-in-loop", """class C { void M(int[][] gs) { var seen = new List<int>(); foreach (var g in gs) { foreach (var x in g) { if (!seen.Contains(x)) seen.Add(x); } } } }""")
        .Good("cs-list-lookup-in-loop",
            """class C { void M(int[] xs) { var seen = new List<int>(); foreach (var x in xs) { if (!seen.Contains(x)) seen.Add(x); } } }""",
            """class C { void M(int[] xs) { var seen = new HashSet<int>(); foreach (var x in xs) { if (!seen.Contains(x)) seen.Add(x); } } }""",
            """class C { void M(int[] xs) { var seen = new List<int>(); foreach (var x in xs) { if (seen.Contains(x)) Use(x); } } }""")
        .Bad("cs-gc-collect", """class C { void M() { GC.Collect(); } }""")
        .Good("cs-gc-collect", "class C { void M() { stamps.Collect(); // GC.Collect()\n            } }")
        .Bad("cs-save-in-loop", """class C { void M() { foreach (var x in xs) { db.Add(x); db.SaveChanges(); } } }""")
        .Good("cs-save-in-loop",
            """class C { void M() { foreach (var x in xs) { db.Add(x); } db.SaveChanges(); } }""",
            """class C { void M() { foreach (var x in xs) { db.Add(x); if (++n % 100 == 0) db.SaveChanges(); } } }""")
        .Cases;
}
