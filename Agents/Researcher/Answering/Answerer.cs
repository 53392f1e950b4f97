using System.Text;
using Agents.Researcher.Contracts;
using Agents.Researcher.Retrieval;
using Agents.Researcher.Text;
using Agents.Workspaces;

namespace Agents.Researcher.Answering;

/// <summary>Writes an answer in the documents' own sentences, each with the passage it comes from.</summary>
internal sealed class Answerer(IndexCache cache)
{
    private const int MostCitations = 8;
    private const int MostPerQuestion = 4;
    private const double WorthCiting = 0.55;

    public async Task<AnswerOutput> AnswerAsync(Workspace workspace, string question, IReadOnlyList<RetrieveOutput?> retrievals, CancellationToken cancellationToken)
    {
        var index = await cache.GetAsync(workspace, null, cancellationToken);
        List<Citation> citations = [];
        List<string> missing = [];
        var text = new StringBuilder();
        var answered = 0;
        foreach (var retrieval in retrievals)
        {
            if (retrieval is null)
            {
                missing.Add("A part of the question was not looked for: its task failed.");
                continue;
            }

            if (!retrieval.Answered || retrieval.Passages.Count == 0)
            {
                missing.Add($"{retrieval.Question.TrimEnd('?', '.', ' ')}: {(retrieval.Note.Length > 0 ? retrieval.Note : "the documents do not answer this.")}");
                continue;
            }

            answered++;
            if (retrievals.Count > 1)
                text.Append("**").Append(retrieval.Question).Append("**\n\n");
            Write(text, citations, Matching.Find(index, Query.Parse(retrieval.Question)), retrieval.Passages);
        }

        if (answered == 0)
            text.Append("The documents do not answer this question.");
        return new AnswerOutput(question, answered > 0, text.ToString().TrimEnd(), citations, missing);
    }

    private static void Write(StringBuilder text, List<Citation> citations, Matching matching, IReadOnlyList<Citation> passages)
    {
        var best = passages[0].Score ?? 0;
        var taken = 0;
        HashSet<string> said = [];
        foreach (var passage in passages)
        {
            if (taken >= MostPerQuestion || citations.Count >= MostCitations || (passage.Score ?? best) < best * WorthCiting)
                break;
            var sentence = Sentence(matching, passage.Quote);
            if (!said.Add(Fingerprint(sentence)))
                continue;
            var number = citations.FindIndex(known => known.File == passage.File && known.StartLine == passage.StartLine && known.Quote == passage.Quote) + 1;
            if (number == 0)
            {
                citations.Add(passage);
                number = citations.Count;
            }

            text.Append("- ").Append(sentence).Append(" [").Append(number).Append("]\n");
            taken++;
        }

        text.Append('\n');
    }

    private static string Sentence(Matching matching, string quote)
    {
        var (sentence, _) = Ranker.BestSentence(matching, quote);
        return string.Join(' ', sentence.Split(['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries)).TrimStart('-', '*', ' ');
    }

    private static string Fingerprint(string sentence) => string.Join(' ', Words.Of(sentence).Where(word => word.Whole).Select(word => word.Stem));
}
