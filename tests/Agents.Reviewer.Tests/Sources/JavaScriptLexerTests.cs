using Agents.Rules.Sources;

namespace Agents.Reviewer.Tests.Sources;

public sealed class JavaScriptLexerTests
{
    [Theory]
    [InlineData("a = 'x // y'; // z", "a = '      ';     ")]
    [InlineData("a = /['\"]/g.test(b) / 2;", "a = /    /g.test(b) / 2;")]
    [InlineData("a = `x ${b + 'c'} y`;", "a = `  ${b + ' '}  `;")]
    [InlineData("a = `x ${ { b: `${c}` } }`;", "a = `  ${ { b: `${c}` } }`;")]
    [InlineData("a /* b */ + c", "a         + c")]
    [InlineData("<p>don't</p>", "<p>don't</p>")]
    public void Lex_Text_BlanksWhatIsNotCode(string text, string expected) =>
        JavaScriptLexer.Lex(text).Code.ShouldBe(expected);

    [Theory]
    [InlineData("async function f(a) { x }", "f", true)]
    [InlineData("const f = async (a) => { x }", "f", true)]
    [InlineData("const f = async a => { x }", "f", true)]
    [InlineData("class C { async f(a) { x } }", "f", true)]
    [InlineData("class C { f(a): Promise<void> { x } }", "f", false)]
    [InlineData("exports.f = function (a) { x }", "f", false)]
    public void Structure_Functions_KnowsNameAndAsync(string text, string name, bool isAsync)
    {
        var function = new SourceFile("a.ts", text).Structure.FunctionAt(text.IndexOf(" x ", StringComparison.Ordinal) + 1);

        function.ShouldNotBeNull();
        function.Name.ShouldBe(name);
        function.IsAsync.ShouldBe(isAsync);
    }

    [Theory]
    [InlineData("for (const a of b) { x }", true)]
    [InlineData("while (a) x ;", true)]
    [InlineData("b.forEach(function (a) { x })", true)]
    [InlineData("for (const a of b) { c.then(() => { x }) }", false)]
    [InlineData("if (a) { x }", false)]
    public void Structure_Loops_EndAtFunctions(string text, bool expected) =>
        (new SourceFile("a.js", text).Structure.LoopAt(text.IndexOf("x ", StringComparison.Ordinal)) is not null).ShouldBe(expected);
}
