using Agents.Hosting.Attempts;
using Protos.V1;

namespace Agents.Hosting.Tests;

public sealed class AttemptFencesTests
{
    [Fact]
    public void Started_MoreTasksThanCapacity_ForgetsTheOldest()
    {
        var fences = new AttemptFences(capacity: 100);
        for (var task = 0; task < 150; task++)
            fences.Started(Credential(task));

        fences.Refuses(Credential(49)).ShouldBeNull();
        fences.Refuses(Credential(50)).ShouldNotBeNull();
        fences.Refuses(Credential(149)).ShouldNotBeNull();
    }

    [Fact]
    public void Started_OlderAttemptLater_KeepsTheNewest()
    {
        var fences = new AttemptFences();
        fences.Started(Credential(1, attempt: 5, epoch: 3));
        fences.Started(Credential(1, attempt: 2, epoch: 2));

        fences.Refuses(Credential(1, attempt: 5, epoch: 3)).ShouldNotBeNull();
        fences.Refuses(Credential(1, attempt: 6, epoch: 2)).ShouldNotBeNull();
        fences.Refuses(Credential(1, attempt: 6, epoch: 3)).ShouldBeNull();
    }

    private static AttemptCredential Credential(int task, int attempt = 1, long epoch = 1) =>
        new() { RunId = "run", TaskId = $"t{task}", Attempt = attempt, Epoch = epoch };
}
