using System.Text;
using Agents.Workspaces;

namespace Agents.Researcher.Tests.Workspaces;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*.cs", "a/b/c.cs", true)]
    [InlineData("*.cs", "a.css", false)]
    [InlineData("src/*.cs", "src/a.cs", true)]
    [InlineData("src/*.cs", "src/b/a.cs", false)]
    [InlineData("src/**/*.cs", "src/a.cs", true)]
    [InlineData("src/**/*.cs", "src/b/c/a.cs", true)]
    [InlineData("**/test/**", "a/test/b.cs", true)]
    [InlineData("test", "a/test/b.cs", true)]
    [InlineData("./docs/", "docs/x.md", true)]
    [InlineData("*.{js,ts}", "a/b.ts", true)]
    [InlineData("*.{js,ts}", "a/b.tsx", false)]
    [InlineData("[a-c]?.txt", "bx.txt", true)]
    [InlineData("[!a]?.txt", "ax.txt", false)]
    [InlineData("a[!b]c/x", "a/c/x", false)]
    public void IsMatch_Pattern_FollowsTheRules(string pattern, string path, bool expected) => Glob.Parse(pattern).IsMatch(path).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("[z-a]")]
    public void Parse_BadPattern_NamesTheField(string pattern)
    {
        var error = Should.Throw<WorkspaceException>(() => Glob.ParseAll(["*", pattern], "exclude"));

        error.Code.ShouldBe("INVALID_INPUT");
        error.Message.ShouldStartWith("exclude[1]:");
    }

    [Theory]
    [InlineData("a.cs", "", "C#")]
    [InlineData("A.PY", "", "Python")]
    [InlineData("tool", "#!/usr/bin/env -S node --x\n", "JavaScript")]
    [InlineData("tool", "#!/usr/bin/python3.11\n", "Python")]
    [InlineData("Dockerfile.dev", "", "Dockerfile")]
    [InlineData("README", "", "Text")]
    [InlineData(".gitignore", "", "Configuration")]
    [InlineData("x.unknown", "", "Other")]
    [InlineData("x", "no script", "Other")]
    public void Detect_NameOrFirstLine_GivesTheLanguage(string name, string text, string expected) =>
        Languages.Detect(name, Encoding.UTF8.GetBytes(text)).Name.ShouldBe(expected);
}
