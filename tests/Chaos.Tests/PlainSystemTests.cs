using Xunit.Abstractions;

namespace Chaos.Tests;

/// <summary>Nobody shows anything, as on a developer's machine.</summary>
[Collection("Replicated systems")] // one after the other: each keeps the machine busy
public sealed class PlainSystemTests(ITestOutputHelper output) : ReplicatedSystem(output, secured: false, share: 1);
