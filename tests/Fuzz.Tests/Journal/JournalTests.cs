using System.Text;
using Fuzz.Tests.Engine;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using Xunit.Abstractions;

namespace Fuzz.Tests.Journal;

/// <summary>
/// A damaged journal opens with all that was acknowledged before the place of the damage, or with an error that names it; what
/// is read is what was written.
/// </summary>
public sealed class JournalTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Journal_Damaged_LosesNothingSilently(bool compact)
    {
        var (sample, other) = (await JournalSample.WriteAsync(compact), await JournalSample.WriteAsync(compact: false));
        await new FuzzRun(output).RunAsync(compact ? "journal-compacted" : "journal", async input =>
        {
            var random = input.Random;
            var (name, file) = sample.Files.OrderBy(pair => pair.Key, StringComparer.Ordinal).ElementAt(random.Next(sample.Files.Count));
            var damaged = input.Note(name, JournalDamage.Bytes(random, file, other.Files.Values.First()));
            var first = file.AsSpan().CommonPrefixLength(damaged);
            await OpenedAsync(sample, name, damaged, async store =>
            {
                var before = sample.Acknowledged.Where(e => string.CompareOrdinal(e.File, name) < 0 || (e.File == name && e.End <= first)).ToList();
                await ShouldHaveAsync(store, before, sample.Acknowledged);
            });
        });
    }

    [Fact]
    public async Task Journal_DamagedUnderRightChecksums_OpensOrSaysWhere()
    {
        var sample = await JournalSample.WriteAsync(compact: false);
        await new FuzzRun(output).RunAsync("journal-sealed", async input =>
        {
            var (name, file) = sample.Files.First();
            await OpenedAsync(sample, name, input.Note(name, JournalDamage.Sealed(input.Random, file)), async store =>
            {
                try
                {
                    // What it holds may be anything; reading it must not be.
                    foreach (var run in sample.Acknowledged.Select(e => e.Run).Distinct(StringComparer.Ordinal))
                    {
                        await foreach (var _ in store.ReadAsync(run, 0, default))
                        {
                        }

                        await store.GetIndexAsync(run, default);
                        await store.ReadSnapshotAsync(run, default);
                    }

                    await store.ListAsync(new RunQuery("local", [], null, null, 100), default);
                }
                catch (StoreDamagedException wrong)
                {
                    wrong.Message.ShouldContain("journal-");
                }
            });
        });
    }

    private static async Task OpenedAsync(JournalSample sample, string name, byte[] damaged, Func<EmbeddedRunStore, Task> opened)
    {
        var folder = Directory.CreateTempSubdirectory("agents-journal-").FullName;
        try
        {
            foreach (var (file, bytes) in sample.Files)
                await File.WriteAllBytesAsync(Path.Combine(folder, file), file == name ? damaged : bytes);
            await using var store = JournalSample.Store(folder);
            try
            {
                await store.OpenAsync(default);
            }
            catch (Exception refused) when (refused is StoreDamagedException or StoreConfigurationException)
            {
                refused.Message.ShouldContain("journal-");
                return;
            }

            await opened(store);
            var lease = (await store.AcquireAsync(Partitions.Of("run-new", JournalSample.Partitions), "fuzz", TimeSpan.FromMinutes(10), default)).ShouldNotBeNull();
            var batch = new AppendBatch { RunId = "run-new", ExpectedVersion = 0, BatchId = "new", Events = [Encoding.UTF8.GetBytes("new")] };
            (await store.AppendAsync(lease, batch, default)).Status.ShouldBe(AppendStatus.Appended);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ShouldHaveAsync(EmbeddedRunStore store, IReadOnlyList<JournalSample.Event> least, IReadOnlyList<JournalSample.Event> all)
    {
        var found = new Dictionary<(string, long), string>();
        foreach (var run in all.Select(e => e.Run).Distinct(StringComparer.Ordinal))
        {
            await foreach (var e in store.ReadAsync(run, 0, default))
                found[(run, e.Version)] = Encoding.UTF8.GetString(e.Data.Span);
        }

        foreach (var e in least)
            found.GetValueOrDefault((e.Run, e.Version)).ShouldBe(e.Data, $"version {e.Version} of '{e.Run}' was acknowledged before the damage");
        foreach (var ((run, version), data) in found)
            all.Single(e => e.Run == run && e.Version == version).Data.ShouldBe(data, "nothing is read that was not written");
    }
}
