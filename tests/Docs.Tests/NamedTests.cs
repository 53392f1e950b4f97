using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Docs.Tests;

/// <summary>A test that a page names as its proof is there: <c>Class.Method</c>, or <c>…Method</c> of the class named before.</summary>
public partial class NamedTests
{
    private static readonly ILookup<string, string> s_tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(path => Method().Matches(File.ReadAllText(path)).Select(method => (Class: Path.GetFileName(path).Split('.')[0], Name: method.Groups["name"].Value)))
        .ToLookup(test => test.Class, test => test.Name, StringComparer.Ordinal);

    [Fact]
    public void Tests_NamedByPages_Exist()
    {
        var named = Pages.All.SelectMany(page => Named(page.Value).Select(test => (Page: page.Key, test.Class, test.Method))).ToList();

        named.Count.ShouldBeGreaterThan(40);
        named.Where(test => !s_tests[test.Class].Contains(test.Method)).ShouldBeEmpty();
    }

    private static IEnumerable<(string Class, string Method)> Named(MarkdownDocument page)
    {
        var last = "";
        foreach (var code in page.Descendants<CodeInline>())
        {
            if (Test().Match(code.Content) is { Success: true } match)
            {
                last = match.Groups["class"].Success ? match.Groups["class"].Value : last;
                yield return (last, match.Groups["method"].Value);
            }
        }
    }

    [GeneratedRegex(@"^(?:…\.?|(?<class>[A-Z]\w*Tests)\.)(?<method>[A-Z]\w*_\w+)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Test();

    [GeneratedRegex(@"\bpublic (async )?(void|Task|ValueTask) (?<name>\w+)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Method();
}
