using System.Globalization;
using Agents.Workspaces;
using Agents.Workspaces.Packing;
using Cli.Display;
using Google.Protobuf;
using Grpc.Core;
using Protos.V1;

namespace Cli.Commands;

/// <summary>Brings a folder to a server that cannot read it where it is.</summary>
internal static class WorkspaceUpload
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>
    /// Makes a call with a folder of this host. A server elsewhere gets it packed; one on this host gets its path, and packed when
    /// it says that it may not read it there or does not see it.
    /// </summary>
    /// <param name="session">The server.</param>
    /// <param name="submit">Its workspace is the folder's path, or null; it is changed when the folder is packed.</param>
    /// <param name="always">Pack it in any case.</param>
    /// <param name="call">Sends <paramref name="submit"/>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="WorkspaceException">The folder cannot be packed.</exception>
    public static async Task<T> CallAsync<T>(Session session, SubmitRunRequest submit, bool always, Func<Task<T>> call, CancellationToken ct)
    {
        if (submit.Workspace is not { Path: { Length: > 0 } folder })
            return await call();
        if (!always && session.Server.IsLoopback)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.Trailers.GetValue("agents-failure-code") is "WORKSPACE_NOT_ALLOWED" or "WORKSPACE_MISSING")
            {
                await session.Error.WriteLineAsync($"The server cannot read '{folder}' there, so it is packed and uploaded.");
            }
        }

        submit.Workspace = new Protos.V1.Workspace { Artifact = await BringAsync(session, folder, ct) };
        return await call();
    }

    private static async Task<ArtifactRef> BringAsync(Session session, string folder, CancellationToken ct)
    {
        // Nobody else reads it, and it is gone with this program.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        var packed = await WorkspacePacker.PackAsync(folder, file, options: null, ct);
        await session.Error.WriteLineAsync($"packed {Count(packed.Files, "file")} ({Size(packed.Bytes)}, {Size(packed.PackedBytes)} packed) as {packed.Id}");
        foreach (var left in packed.LeftOut)
        {
            var examples = string.Join(", ", left.Examples.Select(Words.Printable));
            await session.Error.WriteLineAsync($"left out: {left.Count} {left.Reason.Replace('_', ' ')} ({examples}{(left.Count > left.Examples.Count ? ", …" : "")})");
        }

        var reference = new ArtifactRef { Id = packed.Id, Name = $"{Path.GetFileName(folder)}.tar.gz", MediaType = WorkspacePacker.MediaType, Size = packed.PackedBytes };
        if (await IsThereAsync(session, packed.Id, ct))
        {
            await session.Error.WriteLineAsync("the server has it already");
            return reference;
        }

        file.Position = 0;
        await UploadAsync(session, reference, file, ct);
        await session.Error.WriteLineAsync("uploaded");
        return reference;
    }

    private static async Task<bool> IsThereAsync(Session session, string id, CancellationToken ct)
    {
        try
        {
            await session.Artifacts.GetArtifactAsync(new GetArtifactRequest { Id = id }, cancellationToken: ct);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task UploadAsync(Session session, ArtifactRef reference, Stream content, CancellationToken ct)
    {
        using var call = session.Artifacts.UploadArtifact(cancellationToken: ct);
        try
        {
            await call.RequestStream.WriteAsync(new UploadArtifactRequest { Artifact = reference }, ct);
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await content.ReadAsync(buffer, ct)) > 0)
                await call.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFrom(buffer, 0, read) }, ct);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // It was refused half way: the answer says why.
        }

        await call.ResponseAsync;
    }

    private static string Count(int number, string what) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {what}{(number == 1 ? "" : "s")}";

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):0.#} MiB"),
    };
}
