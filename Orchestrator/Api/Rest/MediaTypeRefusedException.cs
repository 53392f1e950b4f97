namespace Orchestrator.Api.Rest;

/// <summary>A body that is not declared as JSON.</summary>
internal sealed class MediaTypeRefusedException(string? mediaType)
    : Exception(string.IsNullOrEmpty(mediaType)
        ? "The Content-Type is missing; it must be application/json."
        : $"The Content-Type is '{mediaType}'; it must be application/json.");
