using System.Diagnostics;

namespace Tests.Shared;

/// <summary>
/// Programs that can be interrupted. A shell without job control has what it starts in the background ignore SIGINT, and
/// what that starts too: tests that send SIGINT may not depend on how they were started themselves.
/// </summary>
internal static class Interruptible
{
    /// <summary>How to start a program with SIGINT as it is by default. The process becomes the program: it has its id.</summary>
    public static ProcessStartInfo Program(string program, params IEnumerable<string> args) =>
        new("/usr/bin/env", ["--default-signal=INT", program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
}
