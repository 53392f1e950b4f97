namespace Orchestrator.Artifacts;

/// <summary>
/// Large values, stored once per tenant by the hash of their content and passed on by reference. Memory does not grow
/// with their size.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Stores content. The same content stored again gives the same artifact, with the media type it had first.</summary>
    /// <param name="tenant">Whose it is: letters, digits, '-', '_' and '.'; at most 100.</param>
    /// <param name="content">Read to its end; stays open.</param>
    /// <param name="mediaType">Such as <c>application/json</c>.</param>
    /// <param name="limit">The most bytes to accept.</param>
    /// <param name="ct">Gives up; nothing is stored.</param>
    /// <param name="expectedId">The id that the content must have; null accepts any.</param>
    /// <returns>The artifact, durable on disk.</returns>
    /// <exception cref="ArtifactTooLargeException">The content has more bytes than the limit; nothing is stored.</exception>
    /// <exception cref="ArtifactHashException">The content has another hash than <paramref name="expectedId"/>; nothing is stored.</exception>
    Task<ArtifactInfo> PutAsync(string tenant, Stream content, string mediaType, long limit, CancellationToken ct, string? expectedId = null);

    /// <summary>Opens content for reading. It is checked on the way: a reader that reaches the end has what was stored.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">The artifact's id.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>A stream to dispose of, or null when the tenant has no such artifact. Reading throws <see cref="ArtifactHashException"/> at its end when the file is damaged.</returns>
    Task<Stream?> OpenAsync(string tenant, string id, CancellationToken ct);

    /// <summary>What is known of an artifact.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">The artifact's id.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null when the tenant has no such artifact.</returns>
    Task<ArtifactInfo?> GetAsync(string tenant, string id, CancellationToken ct);

    /// <summary>As <see cref="GetAsync"/>; the artifact counts as stored again at this moment, so that nobody removes it before it is held.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">The artifact's id.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Null when the tenant has no such artifact.</returns>
    Task<ArtifactInfo?> RenewAsync(string tenant, string id, CancellationToken ct);

    /// <summary>Removes an artifact. The caller knows that nothing refers to it.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">The artifact's id.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>False when there was none.</returns>
    Task<bool> DeleteAsync(string tenant, string id, CancellationToken ct);

    /// <summary>How much a tenant has stored. Looks at every artifact.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>How many artifacts, and the bytes of their contents.</returns>
    Task<(long Count, long Bytes)> MeasureAsync(string tenant, CancellationToken ct);

    /// <summary>Notes that a holder refers to an artifact. Repeating it changes nothing.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">The artifact's id.</param>
    /// <param name="holder">Who refers to it: a run's id.</param>
    /// <param name="ct">Gives up.</param>
    Task HoldAsync(string tenant, string id, string holder, CancellationToken ct);

    /// <summary>A holder refers to an artifact no longer: it goes with its last holder, unless somebody has stored it again within the last hour.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="id">The artifact's id.</param>
    /// <param name="holder">Who referred to it.</param>
    /// <param name="ct">Gives up.</param>
    Task DropAsync(string tenant, string id, string holder, CancellationToken ct);

    /// <summary>Removes artifacts that nobody holds and that were stored before a moment, and notes of holders that are gone.</summary>
    /// <param name="before">Younger ones are left alone.</param>
    /// <param name="isThere">Whether a holder still exists.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>How many artifacts were removed.</returns>
    Task<int> SweepAsync(DateTimeOffset before, Func<string, CancellationToken, Task<bool>> isThere, CancellationToken ct);
}

/// <summary>An artifact.</summary>
/// <param name="Id"><c>sha256-</c> and the hash of its content in 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="MediaType">What the content is.</param>
public sealed record ArtifactInfo(string Id, long Size, string MediaType);

/// <summary>Content is larger than allowed.</summary>
public sealed class ArtifactTooLargeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="limit">The most bytes allowed.</param>
    public ArtifactTooLargeException(long limit)
        : base($"The artifact is larger than the limit of {limit} bytes.") => Limit = limit;

    /// <summary>The most bytes allowed.</summary>
    public long Limit { get; }
}

/// <summary>Content does not have the hash that it must have.</summary>
public sealed class ArtifactHashException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which artifact, and what it has instead.</param>
    public ArtifactHashException(string message)
        : base(message)
    {
    }
}
