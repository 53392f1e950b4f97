using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Runs containers by docker or podman, in the foreground, so that they end with their client.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public static async Task<Launch> LaunchAsync(
        ContainerResource container, string id, IReadOnlyList<string> arguments, Dictionary<string, string> variables, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var engine = await FindAsync(cancellationToken)
            ?? throw new DistributedApplicationException($"Container '{container.Name}' cannot start: no container engine (docker or podman) answers.");
        if (!container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image))
            throw new DistributedApplicationException($"Container '{container.Name}' cannot start: it has no image.");
        List<string> all = ["run", "--rm", "--name", id];
        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
            all.AddRange(["-p", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{endpoint.AllocatedEndpoint!.Port}:{endpoint.TargetPort ?? endpoint.AllocatedEndpoint.Port}")]);
        foreach (var mount in container.Annotations.OfType<ContainerMountAnnotation>())
            all.AddRange(["-v", (mount.Source is null ? "" : mount.Source + ":") + mount.Target + (mount.IsReadOnly ? ":ro" : "")]);
        foreach (var (name, value) in variables)
            all.AddRange(["-e", $"{name}={value}"]);
        if (container.Entrypoint is { } entrypoint)
            all.AddRange(["--entrypoint", entrypoint]);
        all.Add($"{(image.Registry is null ? "" : image.Registry + "/")}{image.Image}:{image.Tag ?? "latest"}");
        return new Launch(engine, [.. all, .. arguments], Directory.GetCurrentDirectory(), environment);
    }

    /// <summary>The first engine that answers.</summary>
    private static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["docker", "podman"])
        {
            if (Programs.Find(name) is { } program && await AnswersAsync(program, cancellationToken))
                return program;
        }

        return null;
    }

    private static async Task<bool> AnswersAsync(string program, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        using var process = Process.Start(new ProcessStartInfo(program, "info") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token), process.WaitForExitAsync(patience.Token));
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return false;
        }
    }
}

