using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using PhoenixChannels.Generators.Model;
using PhoenixChannels.Generators.Reading;

namespace PhoenixChannels.Generators.Diagnostics;

/// <summary>Says what a channel does that compiles and does not do what it looks like.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ChannelAnalyzer : DiagnosticAnalyzer
{
    /// <summary>What a join must not do; what acts on a socket's own state, such as <c>Send</c>, it may.</summary>
    static readonly ImmutableHashSet<string> s_acts = ["Push", "BroadcastAsync", "BroadcastFromAsync", "LocalBroadcast", "Subscribe", "Stop"];

    static readonly ImmutableHashSet<string> s_presenceActs = ["TrackAsync", "UpdateAsync", "UntrackAsync"];

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Descriptors.DbContextInConstructor, Descriptors.SocketAssignment, Descriptors.ActsInJoin, Descriptors.AuthorizeWithoutEffect];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolStartAction(StartType, SymbolKind.NamedType);
    }

    static void StartType(SymbolStartAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !type.DerivesFrom(Names.Channel)) return;
        context.RegisterSymbolEndAction(AnalyzeType);
        context.RegisterOperationAction(AnalyzeCall, OperationKind.Invocation);
        context.RegisterOperationAction(
            AnalyzeAssignment, OperationKind.SimpleAssignment, OperationKind.CompoundAssignment, OperationKind.CoalesceAssignment, OperationKind.DeconstructionAssignment, OperationKind.Increment, OperationKind.Decrement);
    }

    static void AnalyzeType(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        foreach (var parameter in type.InstanceConstructors.SelectMany(constructor => constructor.Parameters))
        {
            if (parameter.Type.Is(Names.DbContext) || parameter.Type.DerivesFrom(Names.DbContext)) Report(Descriptors.DbContextInConstructor, parameter, parameter.Type.Name);
        }

        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            var isAuthorized = method.HandlerAttributes().Any(attribute => HandlerAttribute.KindOf(attribute.AttributeClass) is HandlerKind.Join or HandlerKind.HandleIn);
            foreach (var attribute in method.GetAttributes().Select(attribute => attribute.AttributeClass))
            {
                var counts = attribute.Implements(Names.AuthorizeData);
                if (counts ? isAuthorized : !attribute.Implements(Names.AuthorizationRequirementData)) continue;
                var why = counts ? "it counts on a [Join] and [HandleIn] method, and on the channel's class" : "derive the attribute from AuthorizeAttribute";
                Report(Descriptors.AuthorizeWithoutEffect, method, attribute!.Name.Replace("Attribute", ""), method.Name, why);
            }
        }

        void Report(DiagnosticDescriptor descriptor, ISymbol symbol, params object[] arguments) => context.ReportDiagnostic(Diagnostic.Create(descriptor, symbol.Locations[0], arguments));
    }

    static void AnalyzeCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!JoinReader.IsJoin(context.ContainingSymbol) || !Acts(call) || IsLater(call)) return;
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.ActsInJoin, call.Syntax.GetLocation(), call.TargetMethod.Name));
    }

    static void AnalyzeAssignment(OperationAnalysisContext context)
    {
        switch (context.Operation)
        {
            case IDeconstructionAssignmentOperation { Target: ITupleOperation tuple }:
                foreach (var element in tuple.Elements) Analyze(element);
                break;
            case IAssignmentOperation assignment:
                Analyze(assignment.Target);
                break;
            case IIncrementOrDecrementOperation increment:
                Analyze(increment.Target);
                break;
        }

        void Analyze(IOperation target)
        {
            if (target is not IMemberReferenceOperation { Member: IPropertySymbol or IFieldSymbol, Instance: { } instance } reference) return;
            if (instance.Type is { } type && (type.Is(Names.Socket) || type.DerivesFrom(Names.Socket)))
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.SocketAssignment, target.Syntax.GetLocation(), reference.Member.Name));
            }
        }
    }

    static bool Acts(IInvocationOperation call) =>
        (call.TargetMethod.ContainingType.Is(Names.Channel) && s_acts.Contains(call.TargetMethod.Name) && call.Instance is IInstanceReferenceOperation)
        || (call.TargetMethod.ContainingType.Is(Names.Presence) && s_presenceActs.Contains(call.TargetMethod.Name)
            && call.TargetMethod.Parameters[0].Type.Is(Names.Channel) && call.Arguments.Any(argument => argument is { Parameter.Ordinal: 0, Value: IInstanceReferenceOperation or IConversionOperation { Operand: IInstanceReferenceOperation } }));

    /// <summary>What a lambda does may happen after the join.</summary>
    static bool IsLater(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation) return true;
        }

        return false;
    }
}
