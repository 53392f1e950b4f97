using System.Globalization;
using System.Text;
using Agents.Researcher.Contracts;
using Agents.Workspaces;
using Xunit.Abstractions;

namespace Agents.Researcher.Tests.Accuracy;

/// <summary>Questions whose answers were read in the documents beforehand, asked for real.</summary>
public sealed class ResearchAccuracyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("bun-types", 16, 5)]
    [InlineData("bun-types-held-out", 8, 3)]
    [InlineData("npm", 8, 4)]
    public async Task Answer_KnownQuestions_CitesThePassageThatAnswers(string name, int fewestCited, int fewestRefused)
    {
        var set = QuestionSet.Load(name);
        var workspace = Workspace.Open(await DocumentPackage.FetchAsync(set.Package, set.Version));
        using var engine = new ResearcherEngine(TimeProvider.System);
        var table = new StringBuilder("| question | expected | answered | cited | place | first citation |\n|---|---|---|---|---|---|\n");
        int cited = 0, refused = 0;
        foreach (var question in set.Questions)
        {
            var answer = await engine.AnswerAsync(workspace, new AnswerInput(question.Question), CancellationToken.None);
            ShouldStandLiterally(workspace, answer.Citations);
            var place = answer.Citations.ToList().FindIndex(citation => question.Expected.Any(expected => citation.Quote.Contains(expected, StringComparison.Ordinal))) + 1;
            cited += place > 0 ? 1 : 0;
            refused += !question.Answerable && !answer.Answered ? 1 : 0;
            var first = answer.Citations is [var best, ..] ? best : null;
            table.Append(CultureInfo.InvariantCulture, $"| {question.Question} | {(question.Answerable ? "answer" : "none")} | {(answer.Answered ? "yes" : "no")} | {(place > 0 ? "yes" : question.Answerable ? "**no**" : "-")} | {(place > 0 ? place : "-")} | {(first is null ? string.Join(' ', answer.Missing) : $"{first.File}:{first.StartLine}-{first.EndLine}")} |\n");
        }

        output.WriteLine(table.ToString());
        if (Environment.GetEnvironmentVariable("ACCURACY_TABLES") is { Length: > 0 } folder)
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".md"), table.ToString());
        output.WriteLine($"{name}: {cited} of {set.Questions.Count(q => q.Answerable)} cited, {refused} of {set.Questions.Count(q => !q.Answerable)} refused");
        cited.ShouldBeGreaterThanOrEqualTo(fewestCited);
        refused.ShouldBeGreaterThanOrEqualTo(fewestRefused);
    }

    // Read again from the file, without the code that found it.
    private static void ShouldStandLiterally(Workspace workspace, IReadOnlyList<Citation> citations)
    {
        foreach (var citation in citations)
        {
            var lines = File.ReadAllLines(Path.Combine(workspace.Root, citation.File));
            string.Join('\n', lines[(citation.StartLine - 1)..citation.EndLine]).ShouldContain(citation.Quote.ReplaceLineEndings("\n"));
        }
    }
}
