using OpenAI.Chat;

namespace Microsoft.Extensions.AI;

public static class OpenAIClientExtensions
{
    public static IChatClient AsIChatClient(this ChatClient chatClient)
    {
        ArgumentNullException.ThrowIfNull(chatClient);
        return new OpenAIChatClient(chatClient);
    }
}
