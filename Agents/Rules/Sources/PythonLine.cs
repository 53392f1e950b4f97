using System.Runtime.InteropServices;

namespace Agents.Rules.Sources;

/// <summary>A logical line: what Python reads as one, over brackets and backslashes. Start is its first character that counts.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PythonLine(int Start, int End, int Indent);
