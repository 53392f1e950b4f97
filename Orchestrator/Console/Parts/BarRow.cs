namespace Orchestrator.Console.Parts;

/// <summary>A row of a chart.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="First">Its first part.</param>
/// <param name="Second">Its second part; 0: none.</param>
/// <param name="Text">Both in words.</param>
public sealed record BarRow(string Name, double First, double Second, string Text);
