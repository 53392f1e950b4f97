namespace Agents.Researcher.Text;

/// <summary>Words that carry no subject: they are in every document, and in every question.</summary>
internal static class StopWords
{
    private static readonly HashSet<string> All =
    [
        .. ("a about above across actually after again against all almost also although always am among an and any anyone anything are arent as at away back be became because become been "
        + "before being below best better between both but by came can cannot cant come could couldnt did didnt do does doesnt doing done dont down during each either else "
        + "ever every everything exactly far few for from further get gets getting give given gives go goes going gone good got had has hasnt have havent having he help her here hers him his "
        + "how however i id if ill im in instead into is isnt it its itself ive just keep kind know let lets like look lot made make makes many may maybe me mean means might mine more most much must my myself "
        + "near need needs neither never no nor not now of off often ok on once one only onto or other others otherwise our ours out over own per perhaps please possible put quite rather really "
        + "same say says see seem seems shall she should shouldnt show since so some someone something somewhere still such sure take takes tell than that thats the their theirs them then there theres these "
        + "they theyre thing things this those though through thus to together too under until up upon us use used useful user uses using very via want wants was wasnt way ways we well were werent what whats "
        + "when where whether which while who whole whom whose why will with within without wont would wouldnt yes yet you your yours yourself "
        + "happen happens happened anyway explain describe documentation documents document docs according question answer work works working").Split(' '),
    ];

    public static bool Contains(string word) => All.Contains(word) || (word.Length == 1 && !char.IsDigit(word[0]) && word[0] < 128);
}
