using System.Text;
using System.Text.Json;
using Agents.Writer.Markdown;

namespace Agents.Writer.Sections;

/// <summary>What tables of data hold: a chapter for each.</summary>
internal static class DataSection
{
    private const int Rows = 10;
    private const int Columns = 50;

    /// <summary>For the summary: a few lines for each table.</summary>
    public static string Summary(Report report)
    {
        var text = new StringBuilder();
        if (report.Tables.Count == 0)
            text.Append("**No table was analysed.**\n\n");
        foreach (var table in report.Tables)
        {
            text.Append("- ").Append(File(table)).Append(": ").Append(Size(table)).Append(". ");
            text.AppendJoin(' ', Highlights(table)).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    public static void Write(Report report, StringBuilder text)
    {
        foreach (var table in report.Tables)
        {
            text.Append("## ").Append(MarkdownText.Escape(table.Text("file") ?? "?")).Append("\n\n").Append(Size(table)).Append(".\n\n");
            DataTable.Write(text, "Columns", ["Column", "Type", "Values", "Missing", "Distinct"], table.Items("columns").Take(Columns),
                column => [Name(column), column.Text("type") ?? "", Figure(column, "count"), Figure(column, "missing"), (column.Flag("distinct_exact") ? "" : "over ") + Figure(column, "distinct")]);
            var numbers = table.Items("columns").Where(column => column.Number("mean") is not null).Take(Columns).ToList();
            DataTable.Write(text, "Numbers", ["Column", "Least", "Lower quartile", "Median", "Mean", "Upper quartile", "Most", "Deviation"], numbers,
                column => [Name(column), Figure(column, "min"), Figure(column, "q1"), Figure(column, "median"), Figure(column, "mean"), Figure(column, "q3"), Figure(column, "max"), Figure(column, "sd")]);
            DataTable.Write(text, "Outliers", ["Column", "Below", "Above", "Values outside", "The farthest, by row"], numbers.Where(column => column.Child("outliers")?.Long("count") > 0),
                column => Outliers(column.Child("outliers")!.Value, Name(column)));
            DataTable.Write(text, "Correlations", ["Columns", "Rows", "Pearson", "Spearman"], table.Items("correlations").Take(Rows),
                pair => [$"{MarkdownText.Escape(pair.Text("x") ?? "")}, {MarkdownText.Escape(pair.Text("y") ?? "")}", Figure(pair, "count"), Share(pair, "pearson"), Share(pair, "spearman")]);
            DataTable.Write(text, "Trends", ["Column", "Change", "Fitted from", "Fitted to", "Explained"], table.Items("trends").Take(Rows),
                trend => [MarkdownText.Escape(trend.Text("column") ?? ""), $"{Figure(trend, "slope")} per {trend.Text("unit")}", Figure(trend, "start"), Figure(trend, "end"), $"{100 * (trend.Number("r_squared") ?? 0):0.#} %"]);
            foreach (var column in table.Items("columns").Where(column => column.Items("top").Any()).Take(Rows))
                text.Append("Most frequent in ").Append(Name(column)).Append(": ").AppendJoin(", ", column.Items("top").Select(top => $"{MarkdownText.Escape(top.Text("value") ?? "")} ({Figure(top, "count")})")).Append(".\n\n");
            ChartsSection.Write(ReportChart.ReadAll(table), text);
            Unread(table, text);
            foreach (var note in table.Texts("notes"))
                text.Append("- ").Append(MarkdownText.Sentence(note)).Append('\n');
            text.Append('\n');
        }

        if (report.Tables.Count > 0)
            text.Append(Methods);
    }

    /// <summary>What of a table is not in its figures.</summary>
    public static IEnumerable<string> Missing(JsonElement table)
    {
        var file = table.Text("file") ?? "?";
        if (table.Child("malformed") is { } malformed && malformed.Long("count") is > 0 and var count)
            yield return $"{file}: {Words.Count(count, "row")} could not be read and {(count == 1 ? "is" : "are")} left out: {Examples(malformed, count)}.";
        foreach (var column in table.Items("columns"))
        {
            if (column.Child("unreadable") is { } unreadable && unreadable.Long("count") is > 0 and var values)
                yield return $"{file}: {Words.Count(values, "value")} of the column {column.Text("name")} {(values == 1 ? "is no number" : "are no numbers")}: {Examples(unreadable, values)}.";
        }
    }

    private static IEnumerable<string> Highlights(JsonElement table)
    {
        if (table.Items("correlations").FirstOrDefault() is { ValueKind: JsonValueKind.Object } pair && Math.Abs(pair.Number("pearson") ?? 0) >= 0.5)
            yield return $"{MarkdownText.Escape(pair.Text("x") ?? "")} and {MarkdownText.Escape(pair.Text("y") ?? "")} go {(pair.Number("pearson") > 0 ? "together" : "against each other")} (r = {Share(pair, "pearson")}).";
        if (table.Items("trends").FirstOrDefault() is { ValueKind: JsonValueKind.Object } trend && trend.Number("r_squared") >= 0.1)
            yield return $"{MarkdownText.Escape(trend.Text("column") ?? "")} {(trend.Number("slope") > 0 ? "rises" : "falls")} by {Words.Figure(Math.Abs(trend.Number("slope") ?? 0))} per {trend.Text("unit")}.";
        var outliers = table.Items("columns").Where(column => column.Child("outliers")?.Long("count") > 0).OrderByDescending(column => column.Child("outliers")!.Value.Long("count")).ToList();
        if (outliers.Count > 0)
            yield return $"Outliers in {Words.Count(outliers.Count, "column")}, most in {Name(outliers[0])} ({Figure(outliers[0].Child("outliers")!.Value, "count")}).";
        if (table.Child("malformed")?.Long("count") is > 0 and var malformed)
            yield return $"{Words.Count(malformed, "row")} could not be read.";
    }

    private static void Unread(JsonElement table, StringBuilder text)
    {
        var lines = Missing(table).ToList();
        foreach (var line in lines)
            text.Append("- ").Append(MarkdownText.Sentence(line)).Append('\n');
        if (lines.Count > 0)
            text.Append('\n');
    }

    private static string Examples(JsonElement problems, long count)
    {
        var examples = problems.Items("examples").Take(Rows).Select(problem => problem.Long("line") is > 0 and var line ? $"line {line}, {problem.Text("reason")}" : problem.Text("reason") ?? "").ToList();
        return string.Join("; ", examples) + (count > examples.Count ? "; …" : "");
    }

    private static string[] Outliers(JsonElement outliers, string name)
    {
        var (low, high) = (Words.Figure(outliers.Number("low_fence") ?? 0), Words.Figure(outliers.Number("high_fence") ?? 0));
        return [name, low, high, Figure(outliers, "count"), string.Join(", ", outliers.Items("examples").Select(example => $"{Figure(example, "value")} ({Figure(example, "line")})"))];
    }

    private static string Size(JsonElement table) =>
        $"{Words.Count(table.Long("rows") ?? 0, "row")}, {Words.Count(table.Items("columns").Count(), "column")}";

    private static string Name(JsonElement column) => MarkdownText.Escape(column.Text("name") ?? "");

    private static string File(JsonElement table) => MarkdownText.Code(table.Text("file") ?? "?");

    private static string Figure(JsonElement item, string field) => item.Number(field) is { } number ? Words.Figure(number) : "";

    private static string Share(JsonElement item, string field) => item.Number(field) is { } number ? number.ToString("0.00") : "";

    private const string Methods = """
        ## How the figures were made

        Quartiles lie between the values around their place (type 7). The deviation is that of a sample (n - 1). Outliers lie
        more than 1.5 times the distance of the quartiles outside them (Tukey). Correlations use the rows where both columns
        have a value; they do not tell what causes what. Trends are straight lines by least squares over time. Empty cells, NA,
        N/A, NaN, null, None and "-" are missing. Rows are counted as lines of the file, or as items of a JSON list.


        """;
}
