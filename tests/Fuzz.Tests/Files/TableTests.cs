using System.Text;
using Agents.Analyst.Data;
using Fuzz.Tests.Engine;
using Xunit.Abstractions;

namespace Fuzz.Tests.Files;

/// <summary>Whatever a file of rows holds, it is analysed, and what cannot be read is told.</summary>
public sealed class TableTests(ITestOutputHelper output)
{
    private static readonly string[] s_samples =
    [
        "year,name,amount,share\n2020,a,1,0.5\n2021,b,\"2,000\",0.25\n2022,\"c \"\"d\"\"\",3,\n2023,e,NA,1e9\n",
        "datum;wert\n1.2.2020;1,5\n2.2.2020;1.000,25\n3.2.2020;x\n",
        "a\tb\n1\t2\n3\t\"4\n5\"\n",
        "[{\"a\":1,\"b\":{\"c\":\"2020-01-01\"}},{\"a\":null,\"b\":[1,2]},{\"a\":2.5}]",
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":\"2\"}\n{\"c\":true}\n",
    ];

    [Fact]
    public async Task Table_WhoseRowsHaveNoColumns_IsAnalysed()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "{}\n{}\n");
            (await new TableAnalyzer(Table.Open(path, "table.jsonl"), "table.jsonl", null).RunAsync(_ => { }, CancellationToken.None)).Columns.ShouldBeEmpty();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Table_WithBytesThatAreNoText_IsAnalysed()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, [.. "[{\"name\":\"a"u8, 0xff, .. "b\",\"n"u8, 0xc0, .. "\":1}]"u8]);
            var analysis = await new TableAnalyzer(Table.Open(path, "table.json"), "table.json", null).RunAsync(_ => { }, CancellationToken.None);
            analysis.Columns.Select(column => column.Name).ShouldBe(["name", "n\ufffd"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Table_Damaged_IsAnalysedOrRefused()
    {
        var folder = Directory.CreateTempSubdirectory("agents-fuzz-");
        try
        {
            await new FuzzRun(output).RunAsync("table", async input =>
            {
                var random = input.Random;
                var text = random.Next(10) == 0 ? Encoding.UTF8.GetBytes(Texts.Nested(random)) : Bytes.Mutate(random, Encoding.UTF8.GetBytes(PlaybookTests.Any(random, s_samples)), Encoding.UTF8.GetBytes(s_samples[random.Next(s_samples.Length)]));
                var name = $"table.{new[] { "csv", "tsv", "json", "jsonl" }[random.Next(4)]}";
                var path = Path.Combine(folder.FullName, name);
                await File.WriteAllBytesAsync(path, input.Note(name, text));
                var analysis = await new TableAnalyzer(Table.Open(path, name), name, null).RunAsync(_ => { }, CancellationToken.None);
                analysis.Rows.ShouldBeGreaterThanOrEqualTo(0);
                // As it goes over the wire: finite numbers only.
                System.Text.Json.JsonSerializer.Serialize(analysis).ShouldNotBeNullOrEmpty();
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
