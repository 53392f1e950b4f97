using System.Text;
using Agents.Hosting.Calls;
using Protos.V1;

namespace Agents.Hosting;

/// <summary>Large values, stored once by content and passed by reference. Streamed: size is no matter.</summary>
public sealed class TaskArtifacts
{
    private readonly IOrchestratorCalls _calls;
    private readonly AttemptCredential _credential;

    internal TaskArtifacts(IOrchestratorCalls calls, AttemptCredential credential)
    {
        _calls = calls;
        _credential = credential;
    }

    /// <summary>Stores a stream.</summary>
    /// <param name="content">Read from where it stands to its end.</param>
    /// <param name="name">File name for people; may be empty.</param>
    /// <param name="mediaType">E.g. <c>text/markdown</c>.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>The reference; <see cref="TaskContext.AddFile"/> makes it part of the result.</returns>
    public Task<ArtifactRef> UploadAsync(Stream content, string name, string mediaType, CancellationToken cancellationToken) =>
        _calls.UploadAsync(_credential, new ArtifactRef { Name = name, MediaType = mediaType }, content, cancellationToken);

    /// <summary>Stores a text as UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">File name for people; may be empty.</param>
    /// <param name="mediaType">E.g. <c>text/markdown</c>.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>The reference.</returns>
    public async Task<ArtifactRef> UploadAsync(string text, string name, string mediaType, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await UploadAsync(content, name, mediaType, cancellationToken);
    }

    /// <summary>Fetches an artifact.</summary>
    /// <param name="id"><c>sha256:</c> and 64 hexadecimal digits.</param>
    /// <param name="destination">Where its bytes go.</param>
    /// <param name="cancellationToken">Usually the task's own.</param>
    /// <returns>What it is. Null: there is no such artifact for this tenant.</returns>
    public Task<ArtifactRef?> DownloadAsync(string id, Stream destination, CancellationToken cancellationToken) =>
        _calls.DownloadAsync(_credential, id, destination, cancellationToken);
}
