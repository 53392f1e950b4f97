using Agents.Rules.Sources;

namespace Agents.Reviewer.Tests.Sources;

public sealed class PythonLexerTests
{
    [Theory]
    [InlineData("a = 'x # y'  # z", "a = '     '     ")]
    [InlineData("a = '''x\ny'''", "a = ''' \n '''")]
    [InlineData("a = r'\\d' + b", "a = r'  ' + b")]
    [InlineData("a = 'not closed\nb = 1", "a = '          \nb = 1")]
    public void Lex_Text_BlanksWhatIsNotCode(string text, string expected) =>
        PythonLexer.Lex(text).Code.ShouldBe(expected);

    [Fact]
    public void Structure_Blocks_FollowIndentation()
    {
        const string Text = "async def f(a,\n            b):\n    for x in a:\n        g(x)\n    h()\n\ndef k(): return 1\n";
        var structure = new SourceFile("a.py", Text).Structure;

        structure.FunctionAt(Text.IndexOf("h()", StringComparison.Ordinal))!.Name.ShouldBe("f");
        structure.FunctionAt(Text.IndexOf("h()", StringComparison.Ordinal))!.IsAsync.ShouldBeTrue();
        structure.LoopAt(Text.IndexOf("g(x)", StringComparison.Ordinal)).ShouldNotBeNull();
        structure.LoopAt(Text.IndexOf("h()", StringComparison.Ordinal)).ShouldBeNull();
        structure.FunctionAt(Text.IndexOf("return", StringComparison.Ordinal))!.Name.ShouldBe("k");
    }
}
