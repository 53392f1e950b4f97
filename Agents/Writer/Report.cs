using System.Text.Json;
using Agents.Writer.Answers;
using Agents.Writer.Findings;

namespace Agents.Writer;

/// <summary>The input, read: what all sections are written from.</summary>
internal sealed class Report
{
    private readonly List<string> _missing = [];

    private Report(ReportInput input)
    {
        Input = input;
        Inventory = Object(input.Inventory);
        Metrics = Object(input.Metrics);
        Tables = [.. Items(input.Tables).Where(table => table.ValueKind == JsonValueKind.Object)];
        Charts = [.. ReportChart.ReadAll(Metrics), .. Tables.SelectMany(table => ReportChart.ReadAll(table))];
        Fix = Object(input.Fix);
        FixReview = Object(input.FixReview);
        Change = Object(input.Change);
    }

    public ReportInput Input { get; }

    public JsonElement? Inventory { get; }

    public JsonElement? Metrics { get; }

    /// <summary>Pictures, in the order of the sections that show them.</summary>
    public IReadOnlyList<ReportChart> Charts { get; }

    public JsonElement? Fix { get; }

    public JsonElement? FixReview { get; }

    public JsonElement? Change { get; }

    /// <summary>Reviews of the change, each with a title.</summary>
    public IReadOnlyList<JsonElement> Reviews { get; private set; } = [];

    /// <summary>What a model wrote in place of the summary's own words. Null: nothing.</summary>
    public string? Prose { get; private init; }

    /// <summary>Whether there is something that words can be written of: where nothing was found out, nothing is said in other words.</summary>
    public bool TakesProse => IsAudit ? Findings.Count > 0 : IsFeature ? Change is not null : Answers.Count > 0 && Answers.All(answer => answer.Part.Answered);

    public bool IsFeature => Input.Kind == "feature";

    public bool IsAudit => Input.Kind == "audit";

    public bool IsData => Input.Kind == "data";

    /// <summary>Analyses of tables.</summary>
    public IReadOnlyList<JsonElement> Tables { get; }

    public IReadOnlyList<Finding> Findings { get; private set; } = [];

    public IReadOnlyList<ReviewPart> Parts { get; private set; } = [];

    public IReadOnlyList<(AnswerPart Part, string Text)> Answers { get; private set; } = [];

    public IReadOnlyList<Retrieval?> Retrievals { get; private set; } = [];

    public CitationCheck? Check { get; private set; }

    public Numbering Numbering { get; } = new();

    /// <summary>What is not here and why, each once.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Files that nobody looked at.</summary>
    public IReadOnlyList<Skip> Skipped { get; private set; } = [];

    /// <summary>Reads an input.</summary>
    /// <param name="input">As it came.</param>
    /// <param name="maxFindings">How many findings are kept, the worst first.</param>
    /// <param name="prose">What a model wrote. Null: nothing.</param>
    /// <param name="problem">Why it did not. Null: nobody asked.</param>
    public static Report Read(ReportInput input, int maxFindings, string? prose = null, string? problem = null)
    {
        var report = new Report(input) { Prose = prose };
        report.AddMissing(Texts(input.Missing));
        report.AddMissing(problem is null ? [] : [problem]);
        report.ReadInventory();
        if (report.IsAudit || input.Findings is { ValueKind: not JsonValueKind.Null })
            report.ReadFindings(maxFindings);
        if (report.IsData)
            report.ReadTables();
        if (report.IsFeature)
            report.ReadChange();
        if (!(report.IsAudit || report.IsData || report.IsFeature) || input.Answer is { ValueKind: not JsonValueKind.Null })
            report.ReadAnswers();
        if (report.IsAudit && report.Metrics is null)
            report.AddMissing(["No metrics: the analysis of the code failed or was not asked for."]);
        report.Skipped = SkipTotals.Of(report.Inventory, report.Parts);
        return report;
    }

    private void ReadChange()
    {
        Reviews = Input.Reviews is { ValueKind: JsonValueKind.Array } reviews ? [.. reviews.EnumerateArray().Where(review => review.ValueKind == JsonValueKind.Object)] : [];
        if (Change is null)
            AddMissing(["No change: its task failed."]);
        else
            AddMissing(Change.Value.Texts("unmet"));
        if (Input.Reviews is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > Reviews.Count)
            AddMissing([$"{all.GetArrayLength() - Reviews.Count} of {all.GetArrayLength()} reviews failed or were not made."]);
    }

    private void ReadInventory()
    {
        if (Inventory is { } inventory && inventory.Flag("truncated"))
            AddMissing(["The inventory stopped at its limit of files: the workspace has more than were looked at."]);
        else if (IsAudit && Inventory is null)
            AddMissing(["No inventory of the workspace: sizes and areas are not known."]);
    }

    private void ReadTables()
    {
        var listed = Inventory is { } inventory ? inventory.Items("tables").Select(table => table.Text("file")).ToArray() : [];
        foreach (var (table, i) in Items(Input.Tables).Select((table, i) => (table, i)))
        {
            if (table.ValueKind == JsonValueKind.Object)
                AddMissing(Sections.DataSection.Missing(table));
            else
                AddMissing([$"{(i < listed.Length ? listed[i] : "A table")}: it was not analysed, because its task failed."]);
        }
    }

    private void ReadFindings(int maxFindings)
    {
        var areas = Inventory is { } inventory ? inventory.Items("areas").Select(area => area.Text("title") ?? area.Text("id") ?? "?").ToArray() : [];
        var parts = ReviewParts.Read(Input.Findings, areas);
        var merged = FindingMerge.Merge(parts.Findings);
        Parts = parts.Parts;
        Findings = merged.Count <= maxFindings ? merged : [.. merged.Take(maxFindings)];
        AddMissing(parts.Missing);
        if (merged.Count > maxFindings)
            AddMissing([$"{merged.Count - maxFindings} of {merged.Count} findings, the least severe, are left out: a report has at most {maxFindings}."]);
    }

    private void ReadAnswers()
    {
        Check = CitationCheck.Read(Input.CitationCheck);
        Retrievals = Retrieval.ReadAll(Input.Retrievals);
        var parts = AnswerPart.ReadAll(Input.Answer);
        Answers = [.. parts.Select(part => (part, Numbering.Apply(part, Check)))];
        var failed = Retrievals.Count(retrieval => retrieval is null);
        if (failed > 0)
            AddMissing([$"{failed} of {Retrievals.Count} searches failed; what they would have found is not in the answer."]);
        foreach (var part in parts)
            AddMissing(part.Missing);
        if (parts.Count == 0)
        {
            AddMissing(["No answer was written: its task failed. The passages that were found stand for it."]);
            foreach (var passage in Retrievals.Where(retrieval => retrieval is { Answered: true }).SelectMany(retrieval => retrieval!.Passages.Take(3)))
            {
                if (Check?.Refutes(passage) is null)
                    Numbering.Number(passage);
            }
        }

        AddMissing(Numbering.Withdrawn);
        if (Check is null && Numbering.Citations.Count > 0 && Input.Kind == "research")
            AddMissing(["The citations were not checked: the reviewer's check failed or was not asked for."]);
    }

    private void AddMissing(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.Length > 0 && !_missing.Contains(line))
                _missing.Add(line);
        }
    }

    private static JsonElement[] Items(JsonElement? element) => element is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static JsonElement? Object(JsonElement? element) => element is { ValueKind: JsonValueKind.Object } ? element : null;

    private static IEnumerable<string> Texts(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!.Trim()],
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().SelectMany(item => Texts(item)),
        _ => [],
    };
}
