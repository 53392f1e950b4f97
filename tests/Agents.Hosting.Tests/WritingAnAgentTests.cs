using System.Text.RegularExpressions;

namespace Agents.Hosting.Tests;

/// <summary>
/// docs/writing-an-agent.md quotes examples/Greeter, which is compiled, and run by <see cref="ProcessTests"/>, and the tests of
/// the kit. Blocks that are files of a new project are built and run in tests/Agents.Testing.Tests.
/// </summary>
public sealed partial class WritingAnAgentTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Blocks => [.. Block.Matches(File.ReadAllText(Path.Combine(Root, "docs", "writing-an-agent.md"))).Select(match => match.Groups["code"].Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Guide_CodeBlock_StandsInTheExample(string code)
    {
        var quoted = Lines(code);
        List<string> files = [.. Directory.EnumerateFiles(Path.Combine(Root, "examples", "Greeter"), "*.cs"), Path.Combine(Root, "tests", "Agents.Testing.Tests", "GuideSamples.cs")];
        files.Count.ShouldBe(4);

        // `// …` stands for what the guide leaves out.
        files.ShouldContain(file => Contains(Lines(File.ReadAllText(file)), quoted), $"no file of the example has:\n{code}");
    }

    [Fact]
    public void Guide_Blocks_AreThere() => Blocks.Count.ShouldBeGreaterThanOrEqualTo(5);

    private static bool Contains(List<string> file, List<string> quoted)
    {
        var from = 0;
        foreach (var part in Split(quoted))
        {
            var found = Enumerable.Range(from, Math.Max(0, file.Count - part.Count - from + 1)).FirstOrDefault(start => file.Skip(start).Take(part.Count).SequenceEqual(part), -1);
            if (found < 0)
                return false;
            from = found + part.Count;
        }

        return true;
    }

    private static IEnumerable<List<string>> Split(List<string> lines)
    {
        var part = new List<string>();
        foreach (var line in lines)
        {
            if (line != "// …")
            {
                part.Add(line);
                continue;
            }

            yield return part;
            part = [];
        }

        yield return part;
    }

    private static List<string> Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Directory.Packages.props")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("(?<!-->\n)^```(?:csharp|xml)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block { get; }
}
