using System.ComponentModel;

namespace Agents.Rules.Metrics.Duplication;

internal sealed record DuplicatePlace(string File, int StartLine, int EndLine);

internal sealed record DuplicateBlock(
    int Lines,
    int Tokens,
    [property: Description("At most ten; in the first it was met first.")] IReadOnlyList<DuplicatePlace> Places,
    [property: Description("In how many places it stands.")] int Copies);

internal sealed record DuplicationMetrics(
    [property: Description("Of the lines with code, how many stand elsewhere too; 0 to 100.")] double Percent,
    int DuplicatedLines,
    [property: Description("Lines with code that were compared; imports are not.")] int ComparedLines,
    [property: Description("How many blocks there are, those that are not listed included.")] int Blocks,
    [property: Description("The largest.")] IReadOnlyList<DuplicateBlock> Largest);
