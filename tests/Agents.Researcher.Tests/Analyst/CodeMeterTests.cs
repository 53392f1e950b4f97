using Agents.Rules.Metrics.Code;
using Agents.Workspaces;

namespace Agents.Researcher.Tests.Analyst;

public sealed class CodeMeterTests
{
    private static FileMetrics Measure(Language language, string text) => CodeMeter.Measure(new TextFile("file", text), language, CancellationToken.None);

    private static (string, int)[] Functions(FileMetrics metrics) => [.. metrics.Functions.Select(f => (f.Name, f.Complexity))];

    [Fact]
    public void Measure_CSharp_CountsDecisionsByMember()
    {
        var metrics = Measure(Languages.CSharp, """
            // a comment
            namespace N;

            /* and
               another */
            class C
            {
                int X { get { return a ? 1 : 2; } }

                void M(int a)
                {
                    if (a > 0 && a < 9) { }
                    foreach (var x in y) { while (true) { } }
                    try { } catch (System.Exception e) when (e is not null) { }
                    void Local() { if (a > 0) { } }
                }

                string S(int a) => a switch { 1 => "if", 2 => "b", _ => "c" } ?? "";
            }
            """);

        metrics.Lines.ShouldBe(19);
        metrics.CommentLines.ShouldBe(3);
        metrics.CodeLines.ShouldBe(13);
        Functions(metrics).ShouldBe([("C.X.get", 2), ("C.M", 7), ("C.Local", 2), ("C.S", 4)]);
        metrics.Functions[1].ShouldSatisfyAllConditions(f => f.StartLine.ShouldBe(10), f => f.EndLine.ShouldBe(16));
    }

    [Fact]
    public void Measure_TypeScript_FindsFunctionsOfAllKinds()
    {
        var metrics = Measure(Languages.TypeScript, """
            // if (x) { }
            function plain(a) { if (a) { return 1; } else if (!a || b) { return "if (x)"; } }
            const arrow = async (a: string, b?: number): Promise<Map<string, number>> => { for (const c of a) { } };
            class K extends Base {
              private readonly f = /[{/]if}/g;
              constructor(readonly x: number) { super(); }
              async method<T>(a: T): Promise<T[]> { return a ?? (b ? c : d); }
              get value(): number { switch (this.x) { case 1: return 2; default: return 3; } }
            }
            const text = `if ${cond ? `x${y && z}` : "{"} while`;
            if (top) { each(items, function (item) { while (item) { item = item.next } }); }
            const o = { if: 1, handler: function () { try { } catch { } } };
            """);

        Functions(metrics).ShouldBe([("plain", 4), ("arrow", 2), ("constructor", 1), ("method", 3), ("value", 2), ("(function)", 2), ("handler", 2)]);
        metrics.CommentLines.ShouldBe(1);
    }

    [Fact]
    public void Measure_JavaScript_DivisionsAndExpressionsAreToldApart()
    {
        var metrics = Measure(Languages.JavaScript, """
            function f(a, b) { return a / b / 2; } // if (x)
            function g(s) { return /["'`/*]{/.test(s) ? s.replace(/\//g, "if") : (s) / 2; }
            function h() { /* if */ return 1; }
            """);

        Functions(metrics).ShouldBe([("f", 1), ("g", 2), ("h", 1)]);
        metrics.CodeLines.ShouldBe(3);
    }

    [Fact]
    public void Measure_Python_FollowsIndentation()
    {
        var metrics = Measure(Languages.Python, """"
            """Docstring: if x and y."""
            import os

            class A:
                # if this
                def one(self, a=(1,
            2)):
                    '''doc
                    string'''
                    if a and b:
                        return [x for x in y if x]
                    elif "if" in a:
                        pass

                    return 1 if a else 2

                async def two(self):
                    def inner():
                        while True: pass
                    try:
                        pass
                    except ValueError: pass

            def three(): return "# no comment" if x else """for
            while"""
            """");

        Functions(metrics).ShouldBe([("A.one", 7), ("A.two", 2), ("A.two.inner", 2), ("three", 2)]);
        metrics.CommentLines.ShouldBe(4);
        metrics.Functions[0].EndLine.ShouldBe(15);
    }

    [Fact]
    public void Measure_OtherLanguages_CountLinesOnly()
    {
        var metrics = Measure(Languages.Detect("a.go", []), "package a\n\n// comment\nfunc f() { s := \"// no\" } /* tail\n rest */\n");

        (metrics.Lines, metrics.CodeLines, metrics.CommentLines, metrics.Functions.Count).ShouldBe((5, 2, 2, 0));
    }

    [Theory]
    [InlineData("function (((((")]
    [InlineData("`${`${`${")]
    [InlineData("}}}}} => {")]
    [InlineData("/* never closed")]
    [InlineData("\"\"\"")]
    [InlineData("")]
    public void Measure_BrokenText_DoesNotFail(string text)
    {
        foreach (var language in new[] { Languages.CSharp, Languages.JavaScript, Languages.TypeScript, Languages.Python })
            Measure(language, text).Lines.ShouldBe(text.Length == 0 ? 0 : 1);
    }
}
