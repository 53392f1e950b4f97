using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Orchestrator.Dispatch;
using Protos.V1;

namespace Orchestrator.Tests.Dispatch;

public sealed class CredentialKeyTests
{
    [Fact]
    public async Task KeyFile_ManyReplicasStartAtOnce_AllHaveTheSameKey()
    {
        var folder = Directory.CreateTempSubdirectory("keys-").FullName;
        try
        {
            for (var round = 0; round < 20; round++)
            {
                var configuration = new ConfigurationBuilder()
                    .AddInMemoryCollection([new("Security:KeyFile", Path.Combine(folder, $"{round}", "credential.key"))])
                    .Build();
                using var start = new Barrier(8);
                var signatures = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
                    () =>
                    {
                        start.SignalAndWait();
                        var credential = new AttemptCredential { RunId = "r", TaskId = "t", Attempt = 1 };
                        new AttemptCredentials(configuration, TimeProvider.System).Sign(credential);
                        return credential.Signature;
                    },
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default)));

                signatures.Distinct<ByteString>().Count().ShouldBe(1);
                Directory.GetFiles(Path.Combine(folder, $"{round}")).Length.ShouldBe(1, "nothing unfinished is left");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
