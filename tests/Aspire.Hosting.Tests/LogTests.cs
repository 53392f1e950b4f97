using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Tests;

public class LogTests
{
    [Fact]
    public async Task WatchAsync_ResourceHasSpoken_GivesItsLinesWithTheirStream()
    {
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddTalker().WithArgs("first line", "zweite Zeile: äöü");
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        var ended = await app.ResourceNotifications.WaitForResourceAsync("talker", e => e.Snapshot.ExitCode is not null, Sample.Soon());

        var lines = await LinesAsync(app, ended.ResourceId, 3);
        lines.Where(l => !l.IsErrorMessage).Select(l => l.Content).ShouldBe(["first line", "zweite Zeile: äöü"]);
        lines.Single(l => l.IsErrorMessage).Content.ShouldBe("done talking");
    }

    internal static async Task<List<LogLine>> LinesAsync(DistributedApplication app, string id, int count)
    {
        List<LogLine> lines = [];
        await foreach (var batch in app.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(id).WithCancellation(Sample.Soon()))
        {
            lines.AddRange(batch);
            if (lines.Count >= count)
                break;
        }

        return lines;
    }
}
