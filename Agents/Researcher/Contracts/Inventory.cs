using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Agents.Researcher.Contracts;

internal sealed record InventoryInput(
    [property: Description("Globs a file has to match one of; absent: all.")] IReadOnlyList<string>? Include = null,
    [property: Description("Globs of files and folders to leave out.")] IReadOnlyList<string>? Exclude = null,
    [property: Range(100, 1_000_000), Description("Lines of source in one area at most, where folders can be split; default 15,000.")] int? MaxAreaLines = null);

internal sealed record LanguageCount(string Language, int Files, long Lines, long Bytes);

[Description("A part of the workspace that one reviewer can look through.")]
internal sealed record Area(
    string Id,
    string Title,
    [property: Description("Folders and files, relative to the workspace.")] IReadOnlyList<string> Paths,
    int Files,
    long Lines,
    IReadOnlyList<string> Languages);

internal sealed record SkippedFiles(string Reason, int Count, IReadOnlyList<string> Examples);

internal sealed record InventoryOutput(
    int FilesTotal,
    int SourceFiles,
    int DocumentFiles,
    long Bytes,
    long Lines,
    IReadOnlyList<LanguageCount> Languages,
    [property: Description("Source only; every source file is in exactly one.")] IReadOnlyList<Area> Areas,
    IReadOnlyList<SkippedFiles> Skipped,
    [property: Description("Whether there are more files than were looked at.")] bool Truncated);
