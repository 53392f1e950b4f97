namespace Agents.Reviewer.Tests.Rules;

internal static class CSharpQualityCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/Code.cs")
        .Bad("cs-async-void",
            """class C { async void Load() { await X(); } }""",
            """class C { void M() { async void Local() { await X(); } Local(); } }""")
        .Good("cs-async-void",
            """class C { async void Button_Click(object sender, EventArgs e) { await X(); } }""",
            """class C { async Task Load() { await X(); } }""",
            """class C { async void Load() { try { await X(); } catch (Exception e) { Log(e); } } }""")
        .Bad("cs-async-lambda-as-action",
            """class C { void M(List<int> xs) { xs.ForEach(async x => await Do(x)); } }""",
            """class C { void M(List<int> xs) { Parallel.ForEach(xs, async x => { await Do(x); }); } }""")
        .Good("cs-async-lambda-as-action",
            """class C { async Task M(List<int> xs) { await Parallel.ForEachAsync(xs, async (x, t) => await Do(x)); } }""",
            """class C { void M(List<int> xs) { xs.ForEach(x => Do(x)); } }""")
        .Bad("cs-empty-catch",
            """class C { void M() { try { X(); } catch (Exception) { } } }""",
            """class C { void M() { try { X(); } catch { } } }""")
        .Good("cs-empty-catch",
            """class C { void M() { try { X(); } catch (IOException) { } } }""",
            """class C { void M() { try { X(); } catch { /* best effort: the file is a cache */ } } }""",
            """class C { void M() { try { X(); } catch (Exception e) { Log(e); } } }""")
        .Bad("cs-rethrow-loses-stack", """class C { void M() { try { X(); } catch (Exception e) { Log(e); throw e; } } }""")
        .Good("cs-rethrow-loses-stack",
            """class C { void M() { try { X(); } catch (Exception e) { Log(e); throw; } } }""",
            """class C { void M() { try { X(); } catch (Exception e) { throw new Y("m", e); } } }""",
            """class C { void M() { try { X(); } catch (Exception e) { e = e.InnerException; throw e; } } }""")
        .Bad("cs-not-disposed",
            """class C { int M(string path) { var s = new FileStream(path, FileMode.Open); return s.ReadByte(); } }""",
            """class C { string M(string path) { var r = new StreamReader(path); return r.ReadLine(); } }""")
        .Good("cs-not-disposed",
            """class C { int M(string path) { using var s = new FileStream(path, FileMode.Open); return s.ReadByte(); } }""",
            """class C { Stream M(string path) { var s = new FileStream(path, FileMode.Open); return s; } }""",
            """class C { int M(string path) { var s = new FileStream(path, FileMode.Open); try { return s.ReadByte(); } finally { s.Dispose(); } } }""",
            """class C { int M(Stream stream) { var r = new StreamReader(stream); return r.Read(); } }""")
        .Bad("cs-lock-on-shared-object",
            """class C { void M() { lock (this) { X(); } } }""",
            """class C { void M() { lock (typeof(C)) { X(); } } }""")
        .Good("cs-lock-on-shared-object", """class C { readonly object _gate = new(); void M() { lock (_gate) { X(); } } }""")
        .Bad("cs-same-branches",
            """class C { int M(bool b) { return b ? Total : Total; } }""",
            """class C { void M(bool b) { if (b) { X(1); } else { X(1); } } }""")
        .Good("cs-same-branches",
            """class C { int M(bool b) { return b ? Total : Count; } }""",
            """class C { void M(bool b) { if (b) { X(1); } else { X(2); } } }""")
        .Bad("cs-repeated-condition", """class C { void M(int a) { if (a == 1) { X(); } else if (a == 2) { Y(); } else if (a == 1) { Z(); } } }""")
        .Good("cs-repeated-condition",
            """class C { void M(int a) { if (a == 1) { X(); } else if (a == 2) { Y(); } } }""",
            """class C { void M(int a) { if (Next() == 1) { X(); } else if (Next() == 1) { Y(); } } }""")
        .Bad("cs-compared-with-itself",
            """class C { bool M(P p) { return p.X == p.X; } }""",
            """class C { void M(string name) { name = name; } }""")
        .Good("cs-compared-with-itself",
            """class C { bool M(P p, P q) { return p.X == q.X; } }""",
            """class C { C M(string name) { return new C { name = name }; } }""",
            """class C { bool IsNaN(double x) { return x != x; /* NaN */ } }""")
        .Bad("cs-format-arguments", """class C { string M(int a) { return string.Format("{0} of {1}", a + 1); } }""")
        .Good("cs-format-arguments",
            """class C { string M(int a, int b) { return string.Format("{0} of {1}", a, b); } }""",
            """class C { string M(object[] args) { return string.Format("{0} of {1}", args); } }""",
            """class C { string M(int a) { return string.Format("{{1}} {0}", a + 1); } }""")
        .Bad("cs-equals-without-gethashcode", """class C { public override bool Equals(object o) { return true; } }""")
        .Good("cs-equals-without-gethashcode",
            """class C { public override bool Equals(object o) { return true; } public override int GetHashCode() { return 1; } }""",
            """class C { public bool Equals(C o) { return true; } }""")
        .Bad("cs-catch-null-reference", """class C { void M() { try { X(); } catch (NullReferenceException) { Y(); } } }""")
        .Good("cs-catch-null-reference", """class C { void M() { try { X(); } catch (ArgumentNullException) { Y(); } } }""")
        .Bad("cs-complex-function", "class C { void M(int a) { " + string.Concat(Enumerable.Range(0, 55).Select(i => $"if (a == {i}) X({i}); ")) + "} }")
        .Good("cs-complex-function", "class C { void M(int a) { " + string.Concat(Enumerable.Range(0, 20).Select(i => $"if (a == {i}) X({i}); ")) + "} }")
        .Bad("cs-elapsed-by-local-clock", """class C { void M() { var start = DateTime.Now; X(); var took = DateTime.Now - start; } }""")
        .Good("cs-elapsed-by-local-clock",
            """class C { void M() { var start = Stopwatch.GetTimestamp(); X(); var took = Stopwatch.GetElapsedTime(start); } }""",
            """class C { void M(DateTime born) { var age = DateTime.Now - born; } }""")
        .Cases;
}
