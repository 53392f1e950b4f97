using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Agents.Analyst;
using Agents.Analyst.Data;
using Agents.Hosting;
using Agents.Testing;

namespace Agents.Researcher.Tests.Data;

/// <summary>The data-analysis row: figures of a public data set, held against an independent computation.</summary>
public sealed class DataAnalysisTests : IDisposable
{
    private const double Close = 1e-9;
    private static readonly string s_data = Path.Combine(AppContext.BaseDirectory, "Data");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<TableAnalysis> AnalyzeAsync(string file, string text, string? time = null)
    {
        _folder.Write(file, text);
        return AnalystAgent.AnalyzeAsync(new AnalyzeInput(file, time), new TestTaskContext(_folder.Path).Context, CancellationToken.None);
    }

    private Task<TableAnalysis> WeatherAsync() => AnalyzeAsync("weather.csv", File.ReadAllText(Path.Combine(s_data, "seattle-weather.csv")));

    [Fact]
    public async Task DataAnalysis_TextsThatAllDiffer_AreNoBars()
    {
        var found = await AnalyzeAsync("names.csv", "name\n" + string.Join('\n', Enumerable.Range('a', 11).Select(letter => $"{(char)letter}x")));

        found.Columns.ShouldHaveSingleItem().Distinct.ShouldBe(11);
        found.Charts.ShouldBeEmpty();
    }

    [Fact]
    public async Task DataAnalysis_PublicDataSet_AgreesWithPython()
    {
        var expected = Reference();
        var found = await WeatherAsync();

        found.Rows.ShouldBe(expected.GetProperty("rows").GetInt64());
        found.Malformed.Count.ShouldBe(0);
        found.Columns.Select(column => column.Type).ShouldBe(["date", "number", "number", "number", "number", "text"]);
        (found.Columns[0].First, found.Columns[0].Last).ShouldBe(("2012-01-01", "2015-12-31"));
        foreach (var expectedColumn in expected.GetProperty("columns").EnumerateObject())
        {
            var column = found.Columns.Single(c => c.Name == expectedColumn.Name);
            double Python(string name) => expectedColumn.Value.GetProperty(name).GetDouble();
            column.Min.ShouldBe(Python("min"));
            column.Max.ShouldBe(Python("max"));
            column.Mean!.Value.ShouldBe(Python("mean"), Close);
            column.Sd!.Value.ShouldBe(Python("sd"), Close);
            column.Q1!.Value.ShouldBe(Python("q1"), Close);
            column.Median!.Value.ShouldBe(Python("median"), Close);
            column.Q3!.Value.ShouldBe(Python("q3"), Close);
            column.Distinct.ShouldBe((long)Python("distinct"));
            column.Outliers!.LowFence.ShouldBe(Python("low_fence"), Close);
            column.Outliers.HighFence.ShouldBe(Python("high_fence"), Close);
            column.Outliers.Count.ShouldBe((long)Python("outliers"));
        }

        found.Correlations.Count.ShouldBe(6);
        foreach (var pair in found.Correlations)
        {
            var python = expected.GetProperty("pairs").GetProperty($"{pair.X},{pair.Y}");
            pair.Pearson.ShouldBe(python.GetProperty("pearson").GetDouble(), Close);
            pair.Spearman!.Value.ShouldBe(python.GetProperty("spearman").GetDouble(), Close);
        }

        found.Trends.Count.ShouldBe(4);
        foreach (var trend in found.Trends)
        {
            var python = expected.GetProperty("trends").GetProperty(trend.Column);
            trend.Unit.ShouldBe("year");
            trend.Slope.ShouldBe(python.GetProperty("slope").GetDouble(), Close);
            trend.Start.ShouldBe(python.GetProperty("start").GetDouble(), Close);
            trend.End.ShouldBe(python.GetProperty("end").GetDouble(), Close);
            trend.RSquared.ShouldBe(python.GetProperty("r_squared").GetDouble(), Close);
        }

        found.Columns[^1].Top.ToDictionary(top => top.Value, top => top.Count)
            .ShouldBe(expected.GetProperty("weather").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt64()), ignoreOrder: true);
    }

    [Fact]
    public async Task DataAnalysis_SameDataAsJson_GivesTheSameFigures()
    {
        var lines = File.ReadAllLines(Path.Combine(s_data, "seattle-weather.csv"));
        var names = lines[0].Split(',');
        var items = lines.Skip(1).Select(line => "{" + string.Join(",", line.Split(',').Select((cell, i) => $"\"{names[i]}\":{(i is 0 or 5 ? $"\"{cell}\"" : cell)}")) + "}").ToList();

        var csv = await WeatherAsync();
        var json = await AnalyzeAsync("weather.json", "[\n" + string.Join(",\n", items) + "\n]");
        var jsonLines = await AnalyzeAsync("weather.jsonl", string.Join("\n", items));

        foreach (var other in new[] { json, jsonLines })
        {
            other.Rows.ShouldBe(csv.Rows);
            other.Correlations.ShouldBe(csv.Correlations);
            other.Trends.ShouldBe(csv.Trends);
            other.Columns.Select(c => (c.Name, c.Type, c.Count, c.Mean, c.Sd, c.Q1, c.Outliers?.Count)).ShouldBe(csv.Columns.Select(c => (c.Name, c.Type, c.Count, c.Mean, c.Sd, c.Q1, c.Outliers?.Count)));
        }
    }

    [Fact]
    public async Task DataAnalysis_Charts_AreOfTheFileAndSayWhatTheyShow()
    {
        var charts = (await WeatherAsync()).Charts;

        charts.Select(chart => chart.Name).ShouldBeUnique();
        charts.Select(chart => chart.Name).ShouldContain("weather-csv-pair-temp-max-temp-min.svg");
        charts.Select(chart => chart.Name).ShouldContain("weather-csv-counts-weather.svg");
        charts.Single(chart => chart.Name == "weather-csv-pair-temp-max-temp-min.svg").Description.ShouldContain("Pearson's r is 0.88 over 1,461 rows");
        charts.ShouldAllBe(chart => chart.Svg.Length < 100_000 && chart.Svg.Contains("<desc id=\"desc\">"));
    }

    [Fact]
    public async Task DataAnalysis_MalformedRows_AreNamedByLineAndTheRestIsRead()
    {
        var found = await AnalyzeAsync("a.csv", "name,amount\r\nann,1\r\nbob,2,3\r\n\"two\r\nlines\",4\r\ncid\r\n\"x\"y,5\r\n\"never closed,6\r\ndan,seven\r\neve,NA\r\nfay,8\r\n");

        found.Malformed.Count.ShouldBe(4);
        found.Malformed.Examples.Select(row => row.Line).ShouldBe([3, 6, 7, 8]);
        found.Malformed.Examples[0].Reason.ShouldBe("3 fields where 2 are expected");
        found.Malformed.Examples[2].Reason.ShouldBe("there is text after a closing quote");
        found.Malformed.Examples[3].Reason.ShouldBe("a quote is not closed");
        found.Rows.ShouldBe(5);
        found.Columns[0].Count.ShouldBe(5);
        found.Columns[1].Missing.ShouldBe(1);
    }

    [Theory]
    [InlineData("[{\"a\": 1}, {\"a\": 2}, 3, {\"a\": ", 2, 2)]
    [InlineData("{\"a\": 1}", 0, 1)]
    [InlineData("", 0, 1)]
    public async Task DataAnalysis_BrokenJson_SaysWhereAndKeepsWhatCameBefore(string text, int rows, int malformed)
    {
        var found = await AnalyzeAsync("a.json", text);

        found.Rows.ShouldBe(rows);
        found.Malformed.Count.ShouldBe(malformed);
    }

    [Fact]
    public async Task DataAnalysis_NearlyAllNumbers_TellsTheOthersByLine()
    {
        var found = await AnalyzeAsync("a.csv", "x\n" + string.Concat(Enumerable.Range(1, 40).Select(i => i == 20 ? "broken\n" : $"{i}\n")));

        found.Columns[0].Type.ShouldBe("integer");
        found.Columns[0].Missing.ShouldBe(1);
        found.Columns[0].Unreadable!.Examples.ShouldBe([new MalformedRow(21, "'broken' is no number")]);
    }

    [Theory]
    [InlineData("a;b\n1,5;2\n2,5;3\n", "number,integer")] // decimal commas where a semicolon divides
    [InlineData("a\tb\n1.5\tx\n", "number,text")]
    [InlineData("a,b\n007,\"1,234\"\n012,\"5,000\"\n", "text,integer")] // codes; thousands
    [InlineData("a,b\n03/04/2020,true\n05/06/2020,no\n", "text,boolean")] // day or month first: cannot be told
    [InlineData("a,b\n13/04/2020,\n05/06/2020,NA\n", "date,empty")]
    [InlineData("a,b\nJan 1 2000,1e3\nFeb 1 2000,-2.5\n", "date,number")]
    public async Task DataAnalysis_Types_AreWhatAReaderWouldSay(string text, string types) =>
        string.Join(",", (await AnalyzeAsync("a.csv", text)).Columns.Select(column => column.Type)).ShouldBe(types);

    [Fact]
    public async Task DataAnalysis_ManyRows_AreReadInBoundedMemoryAndTheSampleIsSaid()
    {
        var path = _folder.Combine("big.csv");
        await using (var writer = new StreamWriter(path))
        {
            await writer.WriteLineAsync("id,x,note");
            for (var i = 0; i < 150_000; i++)
                await writer.WriteLineAsync($"{i},{(i * 7919 % 150_000).ToString(CultureInfo.InvariantCulture)},n{i}");
        }

        var found = await AnalystAgent.AnalyzeAsync(new AnalyzeInput("big.csv"), new TestTaskContext(_folder.Path).Context, CancellationToken.None);

        found.Rows.ShouldBe(150_000);
        found.Columns[1].Mean!.Value.ShouldBe(74_999.5, 1e-6); // of all rows
        found.Columns[1].Median!.Value.ShouldBe(75_000, 1_500); // of the sample
        found.Columns[2].DistinctExact.ShouldBeFalse();
        found.Columns[2].Distinct.ShouldBe(10_000);
        found.Notes.ShouldContain(note => note.Contains("random sample of 100,000 of 150,000 rows"));
    }

    [Fact]
    public async Task DataAnalysis_TimeThatIsNone_IsSaid() =>
        (await AnalyzeAsync("a.csv", "d,x\n2020-01-01,1\n2020-01-02,2\n2020-01-03,4\n", time: "nope")).Notes.ShouldContain("There is no column 'nope' to be the time.");

    [Theory]
    [InlineData("../a.csv")]
    [InlineData("none.csv")]
    [InlineData("a.txt")]
    public async Task DataAnalysis_NoSuchTable_IsAnErrorThatNamesIt(string file)
    {
        _folder.Write("a.txt", "x");
        (await Should.ThrowAsync<TaskFailedException>(() => AnalystAgent.AnalyzeAsync(new AnalyzeInput(file), new TestTaskContext(_folder.Path).Context, CancellationToken.None)))
            .Message.ShouldContain(file);
    }

    [Fact]
    public async Task Tables_Workspace_ListsWhatHasRows()
    {
        _folder.Write("a.csv", "x\n1\n").Write("b/c.json", "[]").Write("b/settings.json", "{}").Write("package.json", "{}").Write("d.md", "text");

        var found = await AnalystAgent.TablesAsync(new TablesInput(), new TestTaskContext(_folder.Path).Context, CancellationToken.None);

        found.Tables.Select(table => table.File).ShouldBe(["a.csv", "b/c.json"]);
        found.Missing.ShouldBe(["b/settings.json: no list of objects, so no table."]);
    }

    private static JsonElement Reference()
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(s_data, "reference.py"), Path.Combine(s_data, "seattle-weather.csv"), "precipitation,temp_max,temp_min,wind"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var python = Process.Start(start)!;
        var text = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        python.ExitCode.ShouldBe(0);
        return JsonDocument.Parse(text).RootElement;
    }
}
