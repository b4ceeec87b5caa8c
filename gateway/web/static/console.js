/* Comforts of the console; every page works without them: sizes while one writes, people while one ticks, progress. */
(function () {
  'use strict';
  var form = document.querySelector('[data-count]');
  var place = document.getElementById('progress');

  function later(wait, act) {
    var timer;
    return function () { clearTimeout(timer); timer = setTimeout(act, wait); };
  }

  if (form && window.fetch && window.URLSearchParams) {
    Array.prototype.forEach.call(form.querySelectorAll('textarea'), function (box) {
      var size = document.getElementById('size_' + box.name.slice(5));
      var asked = 0;
      box.addEventListener('input', later(400, function () {
        var mine = ++asked;
        var body = new URLSearchParams();
        body.append('csrf', form.elements.csrf.value);
        body.append('text', box.value);
        fetch(form.getAttribute('data-count'), { method: 'POST', body: body, credentials: 'same-origin' })
          .then(function (answer) { return answer.ok ? answer.json() : null; })
          .then(function (found) {
            if (!found || mine !== asked) { return; }
            size.textContent = found.said;
            size.classList.toggle('over', found.segments > 3);
          })
          .catch(function () { size.textContent = ''; });
      }));
    });
  }

  var who = document.querySelector('[data-reach]'), counted = 0;
  if (who && window.fetch && window.URLSearchParams) {
    who.addEventListener('change', later(400, function () {
      var mine = ++counted;
      var body = new URLSearchParams();
      Array.prototype.forEach.call(who.elements, function (field) {
        if (field.name && field.type !== 'submit' && (field.type !== 'checkbox' || field.checked)) { body.append(field.name, field.value); }
      });
      fetch(who.getAttribute('data-reach'), { method: 'POST', body: body, credentials: 'same-origin' })
        .then(function (answer) { return answer.ok ? answer.text() : null; })
        .then(function (page) { if (page !== null && mine === counted) { document.getElementById('people').innerHTML = page; } })
        .catch(function () { document.getElementById('people').innerHTML = ''; });
    }));
  }

  if (place && window.fetch) {
    var shortest = 5000, longest = 60000, ends = Date.now() + 30 * 60000, wait = shortest, known = '';
    var ask = function () {
      if (document.hidden || Date.now() > ends) { return; }
      fetch(place.getAttribute('data-from'), { credentials: 'same-origin', headers: known ? { 'If-None-Match': known } : {} })
        .then(function (answer) {
          if (answer.status === 304) { wait = Math.min(wait * 2, longest); return setTimeout(ask, wait); }
          if (!answer.ok || answer.redirected) { return; }
          known = answer.headers.get('ETag') || '';
          wait = shortest;
          return answer.text().then(function (page) {
            place.innerHTML = page;
            if (answer.headers.get('X-Moving') === 'yes') { setTimeout(ask, wait); } else { location.reload(); }
          });
        })
        .catch(function () { setTimeout(ask, longest); });
    };
    setTimeout(ask, wait);
    document.addEventListener('visibilitychange', function () { if (!document.hidden) { wait = shortest; ask(); } });
  }
}());
