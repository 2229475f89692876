// One scenario of bounds and a budget, from its data to the answer with its prices.
#pragma once

#include "solve.hpp"

namespace parabola::PARABOLA_ISA {

// The budget's price where it leaves one feasible point, see pricesOfSinglePoint in general.hpp.
template <class Group>
PARABOLA_FUNCTION double priceOfSinglePoint(const Group& group, const Shared& shared, const Scenario& scenario,
                                            Workspace& ws) {
  freshGradient(group, shared, ws);
  const auto price = [&](int i) { return scenario.riskAversion > 0 ? scenario.riskAversion * ws.g[i] : -ws.q[i]; };
  const auto may = [&](int i) { return scenario.lower[i] < scenario.upper[i]; };
  const bool canRise = !group.all(ws.n, [&](int i) { return !may(i) || !(ws.w[i] < scenario.upper[i]); });
  const double least = -group.largest(ws.n, -INFINITY, [&](int i) { return may(i) ? -price(i) : -INFINITY; });
  const double most = group.largest(ws.n, -INFINITY, [&](int i) { return may(i) ? price(i) : -INFINITY; });
  const double nu = canRise ? least : most;
  return finite(nu) ? nu : 0;
}

// Writes weights [n] and prices; `inverse` as optimise() takes it. again(scenario, answer) may find a better answer for
// what was solved, with weights and bounds at ws.
template <class Group, class Inverse, class Again>
PARABOLA_FUNCTION Answer solvePlain(const Group& group, const Shared& shared, const Scenario& scenario,
                                    double tolerance, Workspace& ws, double* weights, const Prices& prices,
                                    Inverse inverse, Again again) {
  Scenario at = scenario;
  if (scenario.goal == Goal::MinimumVariance) {
    at.expectedReturns = shared.zeros;
    at.riskAversion = 1;
  }
  Answer answer = solve(group, shared, at, tolerance, ws, inverse);
  again(at, answer);
  group.items(shared.n, [&](int i) { weights[i] = ws.w[i]; });
  if (answer.status != Status::Solved && answer.status != Status::Inaccurate) {
    return answer;
  }
  if (scenario.goal == Goal::MinimumVariance) {
    answer.expectedReturn =
        group.sum(ws.padded, [&](auto i) { return load(scenario.expectedReturns, i) * load(ws.w, i); });
  }
  if (ws.width == 0) {
    answer.price = priceOfSinglePoint(group, shared, at, ws);
  }
  group.put([&] { *prices.budget = answer.price; });
  if (prices.reducedCosts != nullptr) {
    freshGradient(group, shared, ws);
    const double scale = at.riskAversion > 0 ? at.riskAversion : 1;
    group.items(shared.n, [&](int i) {
      const double g = at.riskAversion > 0 ? scale * ws.g[i] : -ws.q[i];
      const bool bound = ws.w[i] == ws.lower[i] || ws.w[i] == ws.upper[i];
      prices.reducedCosts[i] = bound ? g - answer.price : 0;
    });
  }
  return answer;
}

template <class Group, class Inverse>
PARABOLA_FUNCTION Answer solvePlain(const Group& group, const Shared& shared, const Scenario& scenario,
                                    double tolerance, Workspace& ws, double* weights, const Prices& prices,
                                    Inverse inverse) {
  return solvePlain(group, shared, scenario, tolerance, ws, weights, prices, inverse, [](const Scenario&, Answer&) {});
}

}  // namespace parabola::PARABOLA_ISA
