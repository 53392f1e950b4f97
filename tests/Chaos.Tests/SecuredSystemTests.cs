using Xunit.Abstractions;

namespace Chaos.Tests;

/// <summary>TLS on both sides of every hop, keys, a password for Redis, and telemetry: the same holds.</summary>
[Collection("Replicated systems")]
public sealed class SecuredSystemTests(ITestOutputHelper output) : ReplicatedSystem(output, secured: true, share: 0.4)
{
    [Fact]
    public async Task Call_WithoutCertificateOrKey_IsRefused()
    {
        using var folder = new Folder();
        await using var system = await Deployment.StartAsync(folder.Path, replicas: 1, embedded: false, secured: true);

        await system.Security!.RefusesAsync(system.Addresses[0]);
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("secured-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
